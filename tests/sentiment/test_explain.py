import pytest

from sentiment import Label
from sentiment.explain import explain
from sentiment.onnx import OnnxClassifier
from tests.sentiment.conftest import WordClassifier


def test_the_word_that_makes_the_label_weighs_most(words: WordClassifier) -> None:
    found = explain(words, "the room was great today")

    assert found.sentiment.label is Label.POSITIVE
    assert found.heaviest[0].word == "great"
    assert found.heaviest[0].weight > 0
    assert [one.word for one in found.words] == ["the", "room", "was", "great", "today"]


def test_a_word_against_the_label_weighs_below_zero(words: WordClassifier) -> None:
    found = explain(words, "great great but awful")

    assert next(one for one in found.words if one.word == "awful").weight < 0


def test_a_text_without_words_has_no_weights(words: WordClassifier) -> None:
    assert explain(words, "").words == []


def test_a_huge_text_is_explained_in_part(words: WordClassifier) -> None:
    found = explain(words, "great " * 10_000)

    assert len(found.words) == 200


def test_the_embedded_model_shows_what_it_saw(embedded: OnnxClassifier) -> None:
    found = explain(embedded, "Their horrible 😡 service, see https://example.org")

    assert found.cleaned == "Their horrible very angry face service, see http"
    assert found.tokens == [
        "their", "horrible", "very", "angry", "face", "service", ",", "see", "http"
    ]  # fmt: skip
    assert found.sentiment.label is Label.NEGATIVE
    assert found.sentiment.negative == pytest.approx(
        embedded.classify(["Their horrible 😡 service, see https://example.org"])[
            0
        ].negative
    )
