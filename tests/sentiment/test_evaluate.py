import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment import Label, Sentiment, TextKind
from sentiment.evaluate import (
    Labelled,
    LabelledFileError,
    evaluate,
    read_labelled,
    score,
)
from tests.sentiment.conftest import WordClassifier

NEG, NEU, POS = Label


def answer(label: Label, confidence: float = 0.8) -> Sentiment:
    rest = (1 - confidence) / 2
    chances = [confidence if one is label else rest for one in Label]
    return Sentiment(label, *chances, "test")


def test_scores_follow_their_definitions() -> None:
    truths = [NEG, NEG, NEU, NEU, NEU, POS]
    answers = [answer(one) for one in (NEG, POS, NEU, NEU, NEG, POS)]

    scores = score(truths, answers)

    assert scores.accuracy == pytest.approx(4 / 6)
    assert scores.macro_recall == pytest.approx((1 / 2 + 2 / 3 + 1) / 3)
    assert scores.macro_f1 == pytest.approx((2 / 4 + 4 / 5 + 2 / 3) / 3)
    assert scores.calibration_error == pytest.approx(0.8 - 4 / 6)
    assert scores.confusion[NEG] == {NEG: 1, NEU: 0, POS: 1}
    assert scores.count == 6


def test_a_label_that_nobody_gave_lowers_no_mean() -> None:
    scores = score([NEG, POS], [answer(NEG), answer(POS)])

    assert scores.macro_recall == 1
    assert scores.macro_f1 == 1


@given(st.lists(st.tuples(st.sampled_from(Label), st.sampled_from(Label)), min_size=1))
def test_scores_stay_between_none_and_all(pairs: list[tuple[Label, Label]]) -> None:
    scores = score([one for one, _ in pairs], [answer(two) for _, two in pairs])

    for value in (scores.accuracy, scores.macro_recall, scores.macro_f1):
        assert 0 <= value <= 1
    assert sum(sum(row.values()) for row in scores.confusion.values()) == len(pairs)


def test_each_language_and_source_gets_its_scores(words: WordClassifier) -> None:
    examples = [
        Labelled(POS, "great stuff", "en", "x"),
        Labelled(NEG, "awful", "en", "reddit"),
        Labelled(POS, "sehr gut", "de", "x"),
        Labelled(NEU, "a text"),
    ]

    found = evaluate(words, examples)

    assert found.model == "words"
    assert found.overall.accuracy == pytest.approx(3 / 4)
    assert {key: one.count for key, one in found.by_language.items()} == {
        "de": 1,
        "en": 2,
        "unknown": 1,
    }
    assert found.by_source["x"].accuracy == pytest.approx(1 / 2)
    assert found.by_source["reddit"].accuracy == 1


def test_three_kinds_of_files_are_read_alike(tmp_path: Path) -> None:
    rows = [("negative", 'He said "no"', "en", "x"), ("positive", "fine", "", "")]
    names = ("label", "text", "language", "source")
    tsv, csv_, jsonl = (tmp_path / f"set.{end}" for end in ("tsv", "csv", "jsonl"))
    tsv.write_text("\n".join("\t".join(row) for row in (names, *rows)))
    csv_.write_text(
        'label,text,language,source\nnegative,"He said ""no""",en,x\npositive,fine,,\n'
    )
    jsonl.write_text(
        "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    )

    expected = [
        Labelled(NEG, 'He said "no"', "en", "x"),
        Labelled(POS, "fine", None, None),
    ]
    assert [read_labelled(one) for one in (tsv, csv_, jsonl)] == [expected] * 3


def test_a_text_is_judged_as_the_kind_that_its_line_names(tmp_path: Path) -> None:
    file = tmp_path / "set.csv"
    file.write_text("label,text,kind\n0,bad,review\n2,good,\n2,fine,Comment\n")
    told: list[TextKind] = []

    class Listening(WordClassifier):
        def classify(self, texts, languages=None, kinds=None):
            told.extend(kinds)
            return super().classify(texts, languages)

    evaluate(Listening(), read_labelled(file))

    assert told == [TextKind.REVIEW, TextKind.POST, TextKind.COMMENT]


def test_a_file_without_header_is_number_and_text(tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    file.write_text("0\tbad\n\n2\tgood\n")

    assert read_labelled(file) == [Labelled(NEG, "bad"), Labelled(POS, "good")]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.tsv", "0\tbad\nangry\tworse\n", "a.tsv:2"),
        ("a.tsv", "0\n", "a.tsv:1"),
        ("a.jsonl", '{"label": "negative", "text": "x"}\n{nope\n', "a.jsonl:2"),
        ("a.jsonl", "[1]\n", "a.jsonl:1"),
        ("a.csv", "label,text\nbad,x\n", "a.csv:2"),
        ("a.csv", "label,text,kind\n0,x,novel\n", "a.csv:2: the kind 'novel'"),
    ],
)
def test_a_bad_line_is_named(
    tmp_path: Path, name: str, content: str, place: str
) -> None:
    file = tmp_path / name
    file.write_text(content)

    with pytest.raises(LabelledFileError, match=place):
        read_labelled(file)
