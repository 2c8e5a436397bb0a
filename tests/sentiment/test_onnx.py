import json
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentiment import Label, ModelError, Sentiment
from sentiment.onnx import EMBEDDED_FOLDER, OnnxClassifier

GOLDEN = Path(__file__).with_name("golden.json")
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=400)
# onnxruntime picks other kernels on other CPUs; a label would need far more.
KERNELS = 0.02

TEXTS = [
    "I love this!",
    "Worst purchase of my life",
    "Does it come in blue?",
    "",
    "😂😂",
    "a much longer text " * 12,
    "Not bad at all, they answered within the hour and it was fixed the next day",
    "Привет",
    "line one\nline two\x00",
]


# Sums in float may end in another last digit on another CPU; int8 sums may not.
LAST_DIGIT = 1e-6


def assert_same(found: list[Sentiment], expected: list[Sentiment]) -> None:
    assert [one.label for one in found] == [one.label for one in expected]
    assert [one.sure for one in found] == [one.sure for one in expected]
    for one, other in zip(found, expected, strict=True):
        assert chances(one) == pytest.approx(chances(other), abs=LAST_DIGIT)


def chances(found: Sentiment) -> tuple[float, float, float]:
    return found.negative, found.neutral, found.positive


def test_probabilities_are_those_recorded(embedded: OnnxClassifier) -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))

    found = embedded.classify([one["text"] for one in golden])

    for one, answer in zip(golden, found, strict=True):
        assert chances(answer) == pytest.approx(one["chances"], abs=KERNELS)


def test_neighbours_do_not_change_an_answer(embedded: OnnxClassifier) -> None:
    alone = [embedded.classify([text])[0] for text in TEXTS]

    together = embedded.classify(TEXTS)

    assert_same(together, alone)


def test_order_and_batch_size_do_not_change_an_answer(
    embedded: OnnxClassifier,
) -> None:
    dice = random.Random(0)  # noqa: S311  a fixed draw
    texts = [" ".join(dice.choices(TEXTS, k=dice.randint(1, 4))) for _ in range(60)]
    shuffled = dice.sample(range(60), 60)
    small = OnnxClassifier(batch_size=3, threads=2)

    found = embedded.classify(texts)

    mixed = small.classify([texts[at] for at in shuffled])
    assert_same([mixed[shuffled.index(at)] for at in range(60)], found)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(ANYTHING, max_size=6))
def test_any_texts_get_one_answer_each(
    embedded: OnnxClassifier, texts: list[str]
) -> None:
    found = embedded.classify(texts)

    assert len(found) == len(texts)
    for one in found:
        assert sum(chances(one)) == pytest.approx(1)
        assert one.confidence == pytest.approx(max(chances(one)))
        assert all(0 <= chance <= 1 for chance in chances(one))


@pytest.mark.parametrize(
    "one", ["x", "word ", "😡", "\x00", "最", "http://a.b ", "&lt;"]
)
def test_a_huge_post_is_judged(embedded: OnnxClassifier, one: str) -> None:
    found = embedded.classify([one * 100_000])

    assert len(found) == 1


def test_a_long_review_is_seen_from_both_ends(embedded: OnnxClassifier) -> None:
    tokens = embedded.tokens("Alpha " + "middle " * 500 + "omega")

    assert tokens[0] == "alpha"
    assert tokens[-1] == "omega"
    assert len(tokens) <= 126


@pytest.mark.parametrize("text", ["", " \n", "https://x.y/z", "@someone", "42"])
def test_nothing_to_judge_is_never_sure(embedded: OnnxClassifier, text: str) -> None:
    found = embedded.classify([text])[0]

    assert found.label is Label.NEUTRAL
    assert not found.sure


def test_a_language_it_never_learnt_is_marked(embedded: OnnxClassifier) -> None:
    texts = ["Das Hotel war leider sehr schmutzig und laut.", "The hotel was dirty."]

    found = embedded.classify(texts)

    assert [(one.language, one.sure) for one in found] == [("de", False), ("en", True)]


def test_the_platforms_own_word_comes_first(embedded: OnnxClassifier) -> None:
    found = embedded.classify(["Super Service!"] * 3, ["de", "en", None])

    assert [one.sure for one in found] == [False, True, True]


def test_reviews_have_their_own_temperature(embedded: OnnxClassifier) -> None:
    text = "The room was fine but breakfast was poor."

    post, review = embedded.classify([text] * 2, kinds=["post", "review"])

    assert post.label is review.label
    assert chances(post) != chances(review)


def test_threads_share_one_classifier() -> None:
    if not (EMBEDDED_FOLDER / "model_int8.onnx").exists():
        pytest.skip("the weights are not in this checkout")
    shared = OnnxClassifier()
    found: dict[int, list[Sentiment]] = {}

    def judge(number: int) -> None:
        found[number] = shared.classify(TEXTS)

    threads = [threading.Thread(target=judge, args=(at,)) for at in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    for at in range(6):
        assert_same(found[at], shared.classify(TEXTS))


def test_opening_reads_nothing() -> None:
    program = (
        "import sys\n"
        "import sentiment\n"
        "from sentiment.settings import SentimentSettings\n"
        "settings = SentimentSettings()\n"
        "heavy = {'onnxruntime', 'transformers', 'torch', 'tokenizers', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "sentiment.open_classifier(settings)\n"
        "heavy -= {'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], check=False)

    assert done.returncode == 0


@pytest.mark.parametrize("gone", ["model_int8.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, gone: str) -> None:
    for name in {"model_int8.onnx", "tokenizer.json", "config.json"} - {gone}:
        (tmp_path / name).write_bytes(b"")

    with pytest.raises(ModelError, match=f"{gone} is missing; reinstall"):
        OnnxClassifier(folder=tmp_path).classify(["x"])


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    for name in ("model_int8.onnx", "tokenizer.json", "config.json"):
        (tmp_path / name).write_bytes(b"{}")

    with pytest.raises(ModelError, match="cannot be read; reinstall"):
        OnnxClassifier(folder=tmp_path).classify(["x"])


def test_the_model_folder_stays_small() -> None:
    size = sum(file.stat().st_size for file in EMBEDDED_FOLDER.iterdir())

    assert size <= 25_000_000
