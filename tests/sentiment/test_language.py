import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.language import Languages

ENGLISH = frozenset({"en"})


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The delivery was late and the box was open.", "en"),
        ("Die Lieferung kam zu spät und der Karton war offen.", "de"),
        ("La livraison est arrivée en retard et le carton ouvert.", "fr"),
        ("El paquete llegó tarde y con la caja abierta.", "es"),
        ("Посылка пришла поздно, коробка была открыта.", "ru"),
        ("荷物が遅れて、箱も開いていました。", "ja"),
        ("배송이 너무 늦었어요", "ko"),
        ("พัสดุมาช้ามาก", "th"),
        ("η παράδοση άργησε", "el"),
        ("包裹来得太晚了", "zh"),
    ],
)
def test_a_sentence_is_heard_in_its_language(
    languages: Languages, text: str, language: str
) -> None:
    assert languages.of(text) == language


@pytest.mark.parametrize("text", ["", "😂😂", "https://x.y/z", "@someone", "123 !!"])
def test_without_letters_nobody_can_tell(languages: Languages, text: str) -> None:
    assert languages.of(text) is None


@pytest.mark.parametrize(
    "text", ["good", "lol ok", "thx", "Acme suks", "nice one m8", "hahaha", "omg wow"]
)
def test_short_english_is_not_called_some_odd_language(
    languages: Languages, text: str
) -> None:
    assert languages.of(text) in {None, "en"}
    assert languages.within(text, None, ENGLISH)[1]


def test_the_platform_knows_better(languages: Languages) -> None:
    assert languages.of("Gift", told="de") == "de"
    assert languages.of("The colour of money", told="en-GB") == "en-GB"


@pytest.mark.parametrize("told", ["und", "zxx", "qme", "qht", ""])
def test_a_platform_that_does_not_know_is_not_believed(
    languages: Languages, told: str
) -> None:
    assert languages.of("The delivery was late again today.", told=told) == "en"


def test_a_known_language_may_be_judged_and_others_not(languages: Languages) -> None:
    assert languages.within("hello there", "en-US", ENGLISH) == ("en-US", True)
    assert languages.within("hallo", "de", ENGLISH) == ("de", False)


def test_a_foreign_script_is_never_taken_for_english(languages: Languages) -> None:
    for text in ("да", "好", "مرحبا", "ያ"):
        language, known = languages.within(text, None, ENGLISH)

        assert language is not None
        assert not known


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    language = SHARED.of(text)

    assert language is None or language.strip()


SHARED = Languages()
