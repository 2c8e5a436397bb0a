"""What is the same to a reader is the same folded, and the way back is exact."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.fold import fold, origins, shape, unit

# every class of character that changes length, so that the map is put to work
ODD = "aZ  -\t\n'É’™ßŒﬁ㍿\u0301\u200b\u00ad\u202e\ufe0fかがกิน한ㅠ𝐀👍🏽\ud83d\x00"
texts = st.text() | st.text(st.sampled_from(ODD))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ACME", "acme"),
        ("Café Zoë İzmir", "cafe zoe izmir"),
        ("Cafe\u0301", "cafe"),
        ("Łódź Ørsted Đuro Straße Œuvre Æon ısı", "lodz orsted duro strasse oeuvre aeon isi"),
        ("𝐀𝖈𝓶ｅ Ⓐⓒⓜⓔ ᴀᴄᴍᴇ 🅐🅒🅜🅔 🅰🅲🅼🅴", "acme acme acme acme acme"),
        ("Ac\u200bme A\u00adcme \u2066Acme\u2069 A\u034fcme", "acme acme acme acme"),
        ("Acme™ Acme® Acme", "acme acme acme"),
        ("Acme’s Acme´s Acme`s Acme‘s", "acme's acme's acme's acme's"),
        ("“Acme” «Acme»", '"acme" "acme"'),
        ("Acme-Phone Acme—Phone Acme \r\n\t Phone", "acme phone acme phone acme phone"),
        ("Ελλάς ΕΛΛΆΣ", "ελλασ ελλασ"),
        ("مُحَمَّد أحمد", "محمد احمد"),
        ("ﾊﾟｿｺﾝ", fold("パソコン")),
        ("❤️ 1️⃣", "❤ 1"),
    ],
)  # fmt: skip
def test_what_reads_the_same_is_the_same(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("กิน", "กัน"),  # to eat, each other
        ("कि", "कु"),
        ("ハス", "バス"),  # lotus, bus
        ("각", "가"),
        ("acme_", "acme"),
    ],
)
def test_marks_that_spell_are_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_composed_and_decomposed_hangul_are_the_same() -> None:
    assert fold("삼성") == fold("\u1109\u1161\u11b7\u1109\u1165\u11bc")


@pytest.mark.slow
def test_no_character_folds_to_one_that_folds_further() -> None:
    further = [
        code
        for code in range(sys.maxunicode + 1)
        if (folded := unit(chr(code))) != "".join(map(unit, folded))
    ]

    assert further == []


@given(texts)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)

    assert fold(once) == once


@given(texts)
def test_folded_text_can_always_be_written_as_utf_8(text: str) -> None:
    assert fold(text).encode().decode() == fold(text)


@given(texts, texts)
def test_neighbours_do_not_change_how_a_text_folds(one: str, other: str) -> None:
    between = f"{fold(one)}x{fold(other)}"

    assert fold(f"{one}x{other}") == between


@given(texts)
def test_each_folded_character_knows_its_original(text: str) -> None:
    folded, whence = fold(text), origins(text)

    assert len(whence) == len(folded)
    assert list(whence) == sorted(whence)
    for char, index in zip(folded, whence, strict=True):
        assert char in fold(text[index])


@given(texts)
def test_every_folded_character_has_a_shape_and_the_ends_are_padded(text: str) -> None:
    folded = fold(text)

    shapes = shape(folded)

    assert len(shapes) == len(folded) + 4
    assert shapes[-1] == " "
    assert "".join(shape(char)[0] for char in folded) == shapes[:-4]
