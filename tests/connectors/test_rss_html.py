import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._html import clean, feed_links, html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a &amp; b&nbsp;c &#8217;&eacute;&#x1F600;", "a & b c ’é😀"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one</p>\n<p>two</p>", "one\n\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>end", "- one\n- two\n\nend"),
        ('see <a href="https://x">our page</a>.', "see our page."),
        ("a<script>alert('<p>')</script>b<style>p{}</style>c", "abc"),
        ("<div>a</div>\n<div><div>b</div></div>c", "a\nb\nc"),
        ("<b>bo</b>ld <i>words</i>", "bold words"),
        ("  many \n  spaces\t here ", "many spaces here"),
        ("<pre>line 1\n  line 2</pre>", "line 1\nline 2"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("before<!-- hidden <b> -->after", "beforeafter"),
        ("I <3 you, 5 < 6 and 7 > 2", "I <3 you, 5 < 6 and 7 > 2"),
        ('love <img class="emoji" alt="❤️"> it', "love ❤️ it"),
        ('<img alt="a cat on a mat">', ""),
        ("<![CDATA[<p>inner</p>]]>", "inner"),
        ("cut <a href='http", "cut"),
        ("unclosed <b>bold <i>both", "unclosed bold both"),
        ("", ""),
    ],
)
def test_html_becomes_what_a_browser_shows(html, text):
    assert html_to_text(html) == text


def test_joined_emoji_stay_joined():
    assert html_to_text("<p>👩‍👩‍👧 ok</p>") == "👩‍👩‍👧 ok"


def test_controls_and_half_surrogates_are_gone():
    assert clean("a\x00b\x1bc\ud800d\x85e\tf") == "abcde f"


@pytest.mark.slow
@pytest.mark.parametrize(
    "soup",
    [
        "<!--",
        "<![",
        "<a",
        "</",
        "<a b='",
        "<script>",
        "<?",
        "<",
        "&#",
        "<a x=\"y'",
        "<!",
    ],
)
def test_hostile_soup_is_read_in_linear_time(soup):
    # 1.2 MB: in quadratic time this would outlast pytest's timeout by far.
    html_to_text(soup * (1_200_000 // len(soup)) + ">")


@given(st.text(alphabet="<>!-/&;#x a\"'=[]?pbr\n\x00"))
def test_no_soup_raises(html):
    html_to_text(html)


@given(st.lists(st.text(alphabet="abc é😀", min_size=1), min_size=1))
def test_words_outside_of_tags_are_all_kept(words):
    html = "".join(f"<p class='x'>{word}</p><!-- no -->" for word in words)

    assert html_to_text(html).split() == " ".join(words).split()


def test_feeds_of_a_page_are_found_in_order_and_absolute():
    page = (
        '<link rel="alternate" TYPE="application/rss+xml" href="/rss">'
        '<link rel="stylesheet" href="x.css">'
        '<link rel="alternate" type="application/atom+xml" href="https://b.example/a">'
    )

    found = feed_links(page, "https://a.example/blog/")

    assert found == ["https://a.example/rss", "https://b.example/a"]
