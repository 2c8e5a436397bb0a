"""What a keyword means: tables of claims, then every text against a slow reference."""

import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from monitor.config.model import Brand
from monitor.rules.fold import fold
from monitor.rules.match import BrandMatch, Hit, Matcher
from monitor.rules.term import parse_term
from tests.rules import reference


def found(keyword: str, text: str, *, plurals: bool = True) -> list[str]:
    """What `keyword` finds in `text`, as it stands there."""
    matcher = Matcher([Brand(name="Acme", keywords=(keyword,), plurals=plurals)])
    return [text[h.start : h.end] for m in matcher.match(text) for h in m.hits]


def only(matcher: Matcher, text: str) -> BrandMatch:
    (match,) = matcher.match(text)
    return match


# --- words ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keyword", "text", "hits"),
    [
        ("acme", "ACME, acme; (Acme)!", ["ACME", "acme", "Acme"]),
        ("acme", "acmeology macme acme2 2acme _acme acme_x", []),
        ("acme", "l'acme acme-like acme/zeta acme.Next", ["acme"] * 4),
        ("acme", "Acme™ Acme® Acme©", ["Acme"] * 3),
        ("Acme™", "acme", ["acme"]),
        ("café", "CAFE Cafe\u0301s café", ["CAFE", "Cafe\u0301s", "café"]),
        ("Zoe", "ZOË Zoe\u0308 🅉oe", ["ZOË", "Zoe\u0308", "🅉oe"]),
        ("lodz", "Łódź", ["Łódź"]),
        ("Łódź", "lodz", ["lodz"]),
        ("strasse", "Straße STRASSE", ["Straße", "STRASSE"]),
        ("acme", "𝐀𝐜𝐦𝐞 ＡＣＭＥ ᴀᴄᴍᴇ", ["𝐀𝐜𝐦𝐞", "ＡＣＭＥ", "ᴀᴄᴍᴇ"]),
        ("acme", "Ac\u200bme A\u00adcme", ["Ac\u200bme", "A\u00adcme"]),
        ("acme", "\u2067Acme\u2069", ["Acme"]),
        ("acme", "a\x00acme\x00", ["acme"]),
        ("acme", "half an emoji \ud83d acme", ["acme"]),
        ("C++", "I write c++, C++11", ["c++", "C++"]),
        ("AT&T", "at&t", ["at&t"]),
        ("E*TRADE", "e*trade", ["e*trade"]),
        ("ac*me", "acxme ac*me acme", ["ac*me"]),  # * means an ending at the end only
        ("Yahoo!", "yahoo! yahoo", ["yahoo!"]),
        ("मोबाइल", "नया मोबाइल है", ["मोबाइल"]),
        ("कि", "की", []),
    ],
)  # fmt: skip
def test_a_word_is_found_whole_however_it_is_written(
    keyword: str, text: str, hits: list[str]
) -> None:
    assert found(keyword, text) == hits


@pytest.mark.parametrize(
    ("keyword", "text", "hits"),
    [
        ("acme phone", "Acme  \r\n\tPhones", ["Acme  \r\n\tPhones"]),
        ("acme phone", "acme-phone acme – phone", ["acme-phone", "acme – phone"]),
        ("acme phone", "Acme\u00a0Phone", ["Acme\u00a0Phone"]),
        ("acme phone", "Acme® Phone", ["Acme® Phone"]),
        ("acme phone", "acmephone acme, phone acme_phone acme phoney", []),
        ("T-Mobile", "t mobile T-MOBILE tmobile", ["t mobile", "T-MOBILE"]),
        ("rock 'n' roll", "Rock ’n’ Roll", ["Rock ’n’ Roll"]),
    ],
)
def test_a_phrase_is_found_over_any_space_or_hyphen(
    keyword: str, text: str, hits: list[str]
) -> None:
    assert found(keyword, text) == hits


@pytest.mark.parametrize(
    ("keyword", "text", "hits"),
    [
        ("acme", "Acmes Acme's Acme’s Acmes'", ["Acmes", "Acme's", "Acme’s", "Acmes"]),
        ("acme", "acmess acmesa acme'st", ["acme"]),
        ("Wendy's", "Wendys wendy’s wendy", ["Wendys", "wendy’s"]),
        ("iPhone 5", "iPhone 5s, iPhone 5's", ["iPhone 5's"]),
        ("acme", "Acme'nin", ["Acme"]),
    ],
)
def test_plurals_and_possessives_are_found(
    keyword: str, text: str, hits: list[str]
) -> None:
    assert found(keyword, text) == hits


def test_without_plurals_only_the_word_itself_is_found() -> None:
    assert found("acme", "Acmes Acme's Acme", plurals=False) == ["Acme"]
    assert found("Wendy's", "Wendys Wendy’s", plurals=False) == ["Wendy’s"]


@pytest.mark.parametrize(
    ("keyword", "text", "hits"),
    [
        ("acme*", "acmeology Acme's acme", ["acmeology", "Acme", "acme"]),
        ("acme*", "#AcmeFail @acme_help macme", ["AcmeFail", "acme_help"]),
        ("#acme*", "#acmeFail #acme acme @acme", ["#acmeFail", "#acme"]),
        ("#acme*", "#acmeの電話 x", ["#acmeの電話"]),
        ("acme ph*", "Acme-Phones", ["Acme-Phones"]),
        ("アク*", "アクメ", ["アク"]),
    ],
)
def test_a_star_takes_the_rest_of_the_word(
    keyword: str, text: str, hits: list[str]
) -> None:
    assert found(keyword, text) == hits


# --- hashtags, handles, domains, links -----------------------------------------


@pytest.mark.parametrize(
    ("keyword", "text", "hits"),
    [
        ("acme", "#acme @Acme #acme's", ["acme", "Acme", "acme's"]),
        ("acme", "#AcmeFail #acme_fail @acme_help @theacme", []),
        ("#acme", "#Acme ＃acme (#acme)", ["#Acme", "＃acme", "#acme"]),
        ("#acme", "acme @acme #acmes #acme_x x#acme #acmeの", []),
        ("#acme", "新#acme", ["#acme"]),
        ("#アクメ", "#アクメ #アクメ最高", ["#アクメ"]),
        ("@acme", "@Acme .@acme: @acme's", ["@Acme", "@acme", "@acme"]),
        ("@acme", "acme #acme @acme_help @acmes me@acme.example", []),
        ("@acme_help", "@acme_help @acme_helps", ["@acme_help"]),
    ],
)
def test_a_sign_narrows_a_keyword_to_hashtag_or_handle(
    keyword: str, text: str, hits: list[str]
) -> None:
    assert found(keyword, text) == hits


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("acme.com is down.", ["acme.com"]),
        ("I like Acme.com.", ["Acme.com"]),
        ("www.acme.com", ["acme.com"]),
        ("https://shop.acme.com/path?x=1", ["acme.com"]),
        ("help@acme.com", ["acme.com"]),
        ("https://reviews.example/acme.com", ["acme.com"]),
        ("see -acme.com or acme.com's", ["acme.com", "acme.com"]),
        ("notacme.com not-acme.com acme.com.evil.example acme.company", []),
        ("acme com acme-com", []),
    ],
)
@pytest.mark.parametrize("keyword", ["acme.com", "www.acme.com", "https://acme.com/"])
def test_a_domain_is_found_with_its_subdomains_and_nobody_elses(
    keyword: str, text: str, hits: list[str]
) -> None:
    assert found(keyword, text) == hits


def test_a_hyphen_in_a_domain_is_not_a_space() -> None:
    assert found("my-acme.com", "my-acme.com my acme.com") == ["my-acme.com"]


@pytest.mark.parametrize(
    ("keyword", "text", "hits"),
    [
        ("acme", "acme.com is down", ["acme"]),  # sloppy "love acme.it is" too
        ("acme", "mail help@acme.com", ["acme"]),
        ("acme", "https://acme.com/acme www.acme.com HTTP://x.example/#acme", []),
        ("@acme", "https://video.example/@acme", []),
        ("#acme", "https://t.example/#acme", []),
        ("acme", "https://t.example/abc acme", ["acme"]),
        ("acme", "awww.acme, so cute", ["acme"]),
        ("アクメ", "https://t.example/abcアクメ最高", ["アクメ"]),
        ("acme", '<a href="https://t.example">Acme</a>', ["Acme"]),
    ],
)
def test_a_links_words_are_not_the_authors(
    keyword: str, text: str, hits: list[str]
) -> None:
    assert found(keyword, text) == hits


# --- other scripts, emoji --------------------------------------------------------


@pytest.mark.parametrize(
    ("keyword", "text", "hits"),
    [
        ("アクメ", "新しいアクメの電話", ["アクメ"]),
        ("アクメ", "ｱｸﾒの", ["ｱｸﾒ"]),
        ("acme", "私のAcmeは最高", ["Acme"]),
        ("Acme電話", "新acme電話機", ["acme電話"]),
        ("ハス", "ハズ バス", []),  # ズ is not ス with a decoration
        ("삼성", "삼성전자가", ["삼성"]),
        ("삼성", "삼성\u11bc", []),
        ("가", "각", []),
        ("กาแฟ", "ร้านกาแฟนี้", ["กาแฟ"]),
        ("กน", "กิน", []),
        ("ກາເຟ", "ຮ້ານກາເຟນີ້", ["ກາເຟ"]),
        ("កាហ្វេ", "ហាងកាហ្វេនេះ", ["កាហ្វេ"]),
        ("ကော်ဖီ", "ကော်ဖီဆိုင်", ["ကော်ဖီ"]),
        ("株式会社", "㍿アクメ", ["㍿"]),
        ("Яндекс", "ЯНДЕКС, яндекса", ["ЯНДЕКС"]),
        ("👍", "ok👍🏽!", ["👍"]),
        ("❤", "love❤️it", ["❤️"]),
        ("❤️", "love❤it", ["❤"]),
    ],
)
def test_scripts_without_spaces_need_no_boundary(
    keyword: str, text: str, hits: list[str]
) -> None:
    assert found(keyword, text) == hits


def test_lookalikes_of_another_script_are_not_found() -> None:
    assert found("acme", "Аcme") == []  # Cyrillic А


# --- brands ----------------------------------------------------------------------


def test_each_brand_named_is_told_in_the_order_of_the_configuration() -> None:
    zeta = Brand(name="Zeta", keywords=("zeta",))
    acme = Brand(name="Acme", keywords=("acme",))

    matches = Matcher([zeta, acme]).match("acme against zeta")

    assert [m.brand for m in matches] == [zeta, acme]


def test_overlapping_keywords_are_all_told_and_highlighted_as_one() -> None:
    brand = Brand(name="Acme", keywords=("acme", "acme phone", "phone"))

    match = only(Matcher([brand]), "my acme phone")

    assert match.hits == (
        Hit("acme phone", 3, 13),
        Hit("acme", 3, 7),
        Hit("phone", 8, 13),
    )
    assert match.spans == ((3, 13),)
    assert match.keywords == ("acme phone", "acme", "phone")


def test_an_excluded_word_is_told_and_the_match_stays() -> None:
    brand = Brand(name="Acme", keywords=("acme",), exclude=("jobs",))

    match = only(Matcher([brand]), "acme jobs")

    assert match.matched
    assert match.excluded == (Hit("jobs", 5, 9),)


def test_an_exclusion_means_what_is_written_and_no_more() -> None:
    brand = Brand(name="Acme", keywords=("acme",), exclude=("new",))

    match = only(Matcher([brand]), "acme in the news")

    assert match.excluded == ()


def test_excluded_and_urgent_words_alone_match_nothing() -> None:
    brand = Brand(name="Acme", keywords=("acme",), exclude=("jobs",), urgent=("fire",))

    assert Matcher([brand], ("lawsuit",)).match("jobs lawsuit fire") == []


def test_urgent_words_are_those_of_all_brands_and_its_own() -> None:
    acme = Brand(name="Acme", keywords=("acme",), urgent=("burns",), plurals=False)
    zeta = Brand(name="Zeta", keywords=("zeta",))

    first, second = Matcher([acme, zeta], ("lawsuit",)).match(
        "acme burns, zeta too, lawsuits follow"
    )

    assert [h.keyword for h in first.urgent] == ["burns", "lawsuit"]
    assert [h.keyword for h in second.urgent] == ["lawsuit"]


def test_a_tied_brand_matches_whatever_the_text_says() -> None:
    brand = Brand(name="Acme", keywords=("acme",))

    (match,) = Matcher([brand]).match("", brands=["Acme", "unknown"])

    assert match.tied
    assert match.hits == ()


def test_an_empty_configuration_matches_nothing() -> None:
    assert Matcher([]).match("acme") == []
    assert Matcher([Brand(name="Acme")]).match("acme") == []


# --- queries ---------------------------------------------------------------------

QUERY = Brand(
    name="Acme", keywords=("@acme",), query='"acme phone" (broken OR slow) NOT jobs'
)


def test_a_true_query_matches_with_the_words_that_made_it_true() -> None:
    match = only(Matcher([QUERY]), "slow Acme phones")

    assert match.hits == (Hit("slow", 0, 4), Hit("acme phone", 5, 16))
    assert match.lacks == ""


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("acme phone", 'no "broken", no "slow"'),
        ("broken acme phone jobs", 'has "jobs"'),
        ("nothing", 'no "acme phone", no "broken", no "slow"'),
    ],
)
def test_a_false_query_matches_nothing_and_says_what_it_lacks(
    text: str, lacks: str
) -> None:
    matcher = Matcher([QUERY])

    (explained,) = matcher.explain(text)

    assert matcher.match(text) == []
    assert explained.lacks == lacks
    assert not explained.matched


def test_a_keyword_matches_though_the_query_is_false() -> None:
    match = only(Matcher([QUERY]), "@acme jobs")

    assert match.keywords == ("@acme",)
    assert match.lacks.endswith('has "jobs"')


def test_the_words_of_a_false_query_are_no_hits() -> None:
    match = only(Matcher([QUERY]), "@acme phone is slow")

    assert match.keywords == ("@acme", "acme phone", "slow")

    match = only(Matcher([QUERY]), "@acme is slow")

    assert match.keywords == ("@acme",)


# --- what cannot be read ---------------------------------------------------------


@pytest.mark.parametrize(
    "keyword", ["", "  ", "*", "#", "@", "\u200b", "acme.*", "👍*"]
)
def test_a_keyword_that_could_never_be_found_is_refused(keyword: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_term(keyword)


# --- against the reference -------------------------------------------------------

KEYWORDS = (
    "acme", "Acmé", "acme phone", "T-Mobile", "Wendy's", "#acme", "@acme_x", "acme*",
    "#ac*", "C++", "x5", "アクメ", "か", "ab가", "กน", "कि", "👍", "ß", "ﬁ", "-a-", "s", "'s",
)  # fmt: skip
GLUE = (
    *" -_.,'’#@:/sS1é가がกิ\n\t", "\u200b", "\u0301", "\u3099", "\u093f", "  ", " – ", "'s",
    "™", "http://", "https://x.y/", "www.", "㍿", "\ud83d", "\x00", "̈ ", "ｶﾞ", "🏽", "\ufe0f",
)  # fmt: skip

disguises = st.sampled_from(
    [
        str.upper,
        str.title,
        str.lower,
        lambda text: "\u200b".join(text),
        lambda text: text.replace("a", "𝐚").replace("m", "ᴍ"),
        lambda text: text.replace(" ", " \n-").replace("'", "’"),
        lambda text: text[:-1],
    ]
)
written = st.builds(
    lambda disguise, keyword: disguise(keyword), disguises, st.sampled_from(KEYWORDS)
)
texts = st.lists(written | st.sampled_from(GLUE) | st.characters(), max_size=12).map(
    "".join
)
keywords = st.sampled_from(KEYWORDS) | texts | st.text(min_size=1, max_size=4)


def readable(keyword: str) -> bool:
    domain = any(c.isalpha() for c in keyword.rpartition(".")[2]) and "." in keyword
    try:
        parse_term(keyword)
    except ValueError:
        return False
    return not domain


@given(
    st.lists(keywords.filter(readable), min_size=1, max_size=8, unique=True),
    texts,
    st.booleans(),
)
@example(["acme"], "acme's's", True)
@example(["s", "'s"], "acme's", True)
def test_matching_equals_the_slow_reference(
    many: list[str], text: str, plurals: bool
) -> None:
    brand = Brand(name="Acme", keywords=tuple(many), plurals=plurals)

    hits = {hit for match in Matcher([brand]).match(text) for hit in match.hits}

    assert hits == {
        Hit(keyword, *span)
        for keyword in brand.keywords  # which config strips
        for span in reference.spans(keyword, text, plurals=plurals)
    }


@given(keywords.filter(readable), texts, texts)
def test_a_keyword_is_found_in_any_text_where_it_stands_alone(
    keyword: str, before: str, after: str
) -> None:
    assume(not reference.is_mark((fold(keyword) or " ")[0]))
    text = f"{before} {keyword.strip().rstrip('*')} {after}"

    assert found(keyword, text)


@given(keywords.filter(readable), texts)
def test_a_hit_stands_where_it_says(keyword: str, text: str) -> None:
    matcher = Matcher([Brand(name="Acme", keywords=(keyword,))])
    forms = parse_term(keyword, plurals=True).forms

    hits = [hit for match in matcher.match(text) for hit in match.hits]

    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert any(form in fold(text[hit.start : hit.end]) for form in forms)


@given(texts)
def test_highlights_are_in_order_and_apart(text: str) -> None:
    matcher = Matcher([Brand(name="Acme", keywords=KEYWORDS)])

    spans = [match.spans for match in matcher.match(text)]

    for places in spans:
        edges = [edge for place in places for edge in place]
        assert edges == sorted(edges)
        assert all(start < end for start, end in places)


@pytest.mark.parametrize("text", ["acme " * 20_000, "a" * 100_000, "www." * 25_000])
@pytest.mark.parametrize("keyword", ["acme", "a*", "acme.com"])
def test_a_very_long_text_is_read(keyword: str, text: str) -> None:
    expected = {
        "acme": text.count("acme"),
        "a*": max(text.count("acme"), text[1] == "a"),
    }

    assert len(found(keyword, text)) == expected.get(keyword, 0)


def test_thousands_of_keywords_are_each_found() -> None:
    alphabet = string.ascii_lowercase
    many = tuple(f"{a}{b}{c} co" for a in alphabet for b in alphabet for c in "xyz")
    matcher = Matcher([Brand(name=k, keywords=(k,)) for k in many])

    matches = matcher.match(", ".join(many))

    assert [m.brand.name for m in matches] == list(many)
