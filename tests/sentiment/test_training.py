import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sentiment import Label, TextKind
from sentiment.onnx import OnnxClassifier
from sentiment.training.choose import best_fit, best_temperature, offsets
from sentiment.training.own import own_examples
from sentiment.training.sets import (
    CHOOSE,
    HEADS,
    REPORT,
    TRAIN,
    Example,
    fingerprint,
    training_examples,
    with_emoji,
)
from tests.sentiment.test_own_texts import rows

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] good bad the food was @ user http and it is"


def write_sets(folder: Path) -> None:
    """A few lines for every file that the training names."""
    for number, file in enumerate((TRAIN | CHOOSE | REPORT).values()):
        lines = [
            f"{label}\tthe food {number} was {word} {at}"
            for at in range(8)
            for label, word in enumerate(("bad", "food", "good"))
        ]
        place = folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(lines), encoding="utf-8")


def test_a_text_that_chooses_or_reports_never_teaches(tmp_path: Path) -> None:
    write_sets(tmp_path)
    taught = tmp_path / TRAIN["semeval"]
    asked = tmp_path / REPORT["tweeteval_test"]
    taught.write_text("2\tSo good!!! @me\n0\tso bad\n0\tSo bad.\n", encoding="utf-8")
    asked.write_text("1\t@you so GOOD http://x.y\n", encoding="utf-8")

    training = training_examples(tmp_path)

    assert [one.text for one in training.examples[:1]] == ["so bad"]
    assert training.dropped["semeval"] == {
        "kept": 1,
        "in a validation or test set": 1,
        "copy": 1,
    }


def test_some_emoticons_become_emoji_and_links_stay() -> None:
    dice = random.Random(0)  # noqa: S311  a fixed draw

    texts = [with_emoji("ok :) http://x.y", dice) for _ in range(40)]

    assert "ok :) http://x.y" in texts
    assert any("🙂" in text or "😊" in text for text in texts)
    assert all(text.endswith(" http://x.y") for text in texts)


def test_our_own_texts_are_the_same_for_the_same_seed() -> None:
    first, again, other = (own_examples(300, seed) for seed in (1, 1, 2))

    assert first == again != other
    assert {one.label for one in first} == {0, 1, 2}
    assert not any("{" in one.text for one in first)


def test_what_we_score_on_is_not_among_what_we_teach() -> None:
    taught = {fingerprint(one.text) for one in own_examples(9_000, 1)}

    assert not [row for row in rows() if fingerprint(row["text"]) in taught]


def test_offsets_lift_the_labels_that_were_rare() -> None:
    labels = np.array([0] * 1 + [1] * 6 + [2] * 3)

    plus = offsets(labels, 1.0)

    assert plus[0] > plus[2] > plus[1]
    assert plus.sum() == pytest.approx(0)
    assert offsets(labels, 0.0) == pytest.approx([0, 0, 0])


def test_the_strength_that_serves_best_is_found() -> None:
    taught = np.array([0] * 1 + [1] * 9 + [2] * 9)
    # Complaints come second by less than full offsets would make up for.
    logits = np.array([[[1.0, 1.5, 0.0]], [[0.0, 3.0, 0.0]], [[0.0, 0.0, 3.0]]] * 5)
    truth = np.array([0, 1, 2] * 5)

    fit = best_fit([(1.0,)], [taught], [(logits, truth)])

    assert fit.strength > 0
    assert (fit.of(logits).argmax(axis=1) == truth).all()


def test_the_head_that_serves_a_kind_best_is_found() -> None:
    even = np.array([0, 1, 2])
    right, wrong = np.eye(3) * 4, np.roll(np.eye(3), 1, axis=1)
    logits = np.stack([wrong, right], axis=1)

    fit = best_fit([(1.0, 0.0), (0.0, 1.0)], [even, even], [(logits, even)])

    assert fit.mix == (0.0, 1.0)


def test_an_epoch_sees_its_share_and_the_next_goes_on_from_there() -> None:
    teach = pytest.importorskip("sentiment.training.teach", exc_type=ImportError)
    posts = [Example(0, f"p{at}", TextKind.POST) for at in range(10)]
    comments = [Example(0, f"c{at}", TextKind.COMMENT) for at in range(8)]
    own = [Example(0, f"o{at}") for at in range(4)]
    recipe = teach.Recipe(share={"post": 1.0, "comment": 0.5, "own": 0.5})

    first, second = teach.epochs(
        [*posts, *comments, *own],
        recipe,
        random.Random(1),  # noqa: S311  a fixed draw
    )

    assert len(first) == len(second) == 10 + 4 + 2
    assert {one.text for one in first + second} == {
        one.text for one in (*posts, *comments, *own)
    }


def test_a_model_too_sure_of_itself_is_cooled() -> None:
    logits = np.array([[8.0, 0.0, 0.0]] * 10)
    truth = np.array([0] * 6 + [1] * 4)

    assert best_temperature(logits, truth) > 2


def test_a_teachers_word_is_mixed_with_the_raters() -> None:
    teach = pytest.importorskip("sentiment.training.teach", exc_type=ImportError)
    told = Example(0, "so bad", TextKind.POST, soft=(0.5, 0.25, 0.25))

    assert teach.target(told, 0.8) == pytest.approx([0.6, 0.2, 0.2])
    assert teach.target(Example(2, "so good"), 0.8) == [0.0, 0.0, 1.0]


def test_a_teacher_sees_no_more_of_a_label_than_it_may() -> None:
    teacher = pytest.importorskip("sentiment.training.teacher", exc_type=ImportError)
    labels = [0] * 3 + [1] * 9 + [2] * 5

    found = teacher.drawn(labels, 5, random.Random(1))  # noqa: S311  a fixed draw

    assert {label: len(texts) for label, texts in found.items()} == {0: 3, 1: 5, 2: 5}
    assert all(labels[at] == label for label, texts in found.items() for at in texts)
    assert all(len(set(texts)) == len(texts) for texts in found.values())


def test_what_was_shown_more_often_than_it_is_written_is_believed_less() -> None:
    teacher = pytest.importorskip("sentiment.training.teacher", exc_type=ImportError)
    undecided = np.zeros((1, 3))

    found = teacher.with_shares(undecided, seen=(5, 5, 5), true=(1, 6, 3))

    assert found[0] == pytest.approx([0.1, 0.6, 0.3])


@pytest.mark.torch
def test_the_teachers_two_halves_say_what_the_whole_says(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the torch extra")
    from sentiment.training import teacher
    from sentiment.training.teach import tokenizer_of

    tiny_teacher(torch, tmp_path / "teacher")
    texts = ["so good", "the food was bad and it is bad", "it is"]
    examples = [Example(label, text) for label, text in enumerate(texts)]
    recipe = teacher.TeacherRecipe(frozen_layers=1, of_each=1, learning_rate=0.0)
    torch.manual_seed(recipe.seed)
    whole = teacher.load(tmp_path / "teacher").eval()

    found = teacher.soft_labels(tmp_path / "teacher", tmp_path, examples, recipe)

    tokenizer = tokenizer_of(tmp_path / "teacher", recipe.max_tokens)
    for text, said in zip(texts, found, strict=True):
        with torch.inference_mode():
            ids = torch.tensor([tokenizer.encode(text).ids])
            truth = torch.softmax(whole(input_ids=ids).logits[0], dim=-1)
        assert said == pytest.approx(truth.numpy(), abs=2e-3)
    again = teacher.soft_labels(tmp_path / "gone", tmp_path, examples, recipe)
    assert (again == found).all()


@pytest.mark.torch
def test_a_teacher_learns_in_its_upper_layers_alone(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the torch extra")
    from sentiment.training import teacher

    tiny_teacher(torch, tmp_path / "teacher")
    words = ("bad", "food", "good")
    examples = [Example(at % 3, f"it is {words[at % 3]}") for at in range(60)]
    recipe = teacher.TeacherRecipe(frozen_layers=1, epochs=40, learning_rate=1e-2)

    found = teacher.soft_labels(tmp_path / "teacher", tmp_path, examples, recipe)

    assert (found.argmax(axis=1) == [one.label for one in examples]).all()
    before = teacher.load(tmp_path / "teacher").state_dict()
    after = torch.load(tmp_path / "teacher.pt", weights_only=True)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(".layer.1." in name or "classifier." in name for name in changed)


@pytest.mark.torch
def test_the_graph_says_what_torch_says(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the torch extra")
    onnx = pytest.importorskip("onnx", reason="the training needs onnx")
    from sentiment.training.export import export, read_weights, shape_of
    from sentiment.training.graph import build

    model = tiny_base(torch, tmp_path)
    weights, shape = read_weights(tmp_path), shape_of(tmp_path)
    dice = np.random.default_rng(1)
    rows = [dice.integers(5, 16, size=size).tolist() for size in (3, 5, 8, 13)]
    graph, inputs = build(weights, shape)
    onnx.save(graph, tmp_path / "float.onnx")
    export(weights, shape, rows, tmp_path / "model_int8.onnx")

    for row in rows:
        with torch.inference_mode():
            truth = model(torch.tensor([row])).logits.numpy()
        exact = run(tmp_path / "float.onnx", row, padding=0)
        assert exact == pytest.approx(truth, abs=1e-4)
        rounded = run(tmp_path / "model_int8.onnx", row, padding=0)
        assert rounded == pytest.approx(truth, abs=0.3)
        padded = run(tmp_path / "model_int8.onnx", row, padding=3)
        assert padded == pytest.approx(rounded, abs=1e-5)
    assert len(inputs) == 4 * shape.layers


@pytest.mark.torch
@pytest.mark.slow
def test_one_command_makes_a_model_that_classifies(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the torch extra")
    pytest.importorskip("onnx", reason="the training needs onnx")
    from sentiment.training.__main__ import main

    write_sets(tmp_path / "data")
    tiny_base(torch, tmp_path / "base")
    folders = {name: str(tmp_path / name) for name in ("data", "base", "work", "out")}
    given = [part for name, at in folders.items() for part in (f"--{name}", at)]

    tiny_teacher(torch, tmp_path / "teacher")
    taught = ["--teacher", str(tmp_path / "teacher"), "--lessons", "1", "2"]

    main([*given, "--threads", "1", "--seeds", "1", "2", *taught])

    record = json.loads((tmp_path / "out" / "training.json").read_text("utf-8"))
    assert set(record["candidates"]) == {
        "seed-1", "seed-2", "mean of seed-1, seed-2",
        "lesson-1", "lesson-2", "mean of lesson-1, lesson-2",
        "mean of seed-1, seed-2, lesson-1, lesson-2",
    }  # fmt: skip
    assert record["chosen"] in record["candidates"]
    assert set(record["taught"]) == {"seed-1", "seed-2", "lesson-1", "lesson-2"}
    assert record["teacher"]["base_sha256"]
    assert set(record["fits"]) == set(TextKind)
    assert set(record["data_sha256"]) == set(TRAIN | CHOOSE | REPORT)
    made = OnnxClassifier(folder=tmp_path / "out")
    found = made.classify(["the food was good"] * 3, kinds=list(TextKind))
    assert {one.label for one in found} <= set(Label)


@pytest.mark.torch
def test_a_kind_is_judged_as_its_heads_were_mixed_and_offset(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the training needs onnx")
    from sentiment.training.choose import Fit
    from sentiment.training.package import folded

    dice = np.random.default_rng(1)
    heads, width = len(HEADS), 5
    weights = {
        "classifier.weight": dice.normal(size=(3 * heads, width)).astype(np.float32),
        "classifier.bias": dice.normal(size=3 * heads).astype(np.float32),
    }
    fits = {
        TextKind.POST: Fit((1.0, 0.0), 0.5, np.array([0.1, 0.0, -0.1])),
        TextKind.REVIEW: Fit((0.5, 0.5), 0.0, np.zeros(3)),
    }
    seen = dice.normal(size=(7, width)).astype(np.float32)

    made = folded(weights, fits)

    by_head = (
        seen @ weights["classifier.weight"].T + weights["classifier.bias"]
    ).reshape(7, heads, 3)
    by_kind = (seen @ made["classifier.weight"].T + made["classifier.bias"]).reshape(
        7, 2, 3
    )
    for at, fit in enumerate(fits.values()):
        assert by_kind[:, at] == pytest.approx(fit.of(by_head), abs=1e-5)


def tiny_tokenizer(folder: Path) -> int:
    """Write a tokenizer of a few words and return how many it knows."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    folder.mkdir(exist_ok=True)
    words = {word: at for at, word in enumerate(WORDS.split())}
    tokenizer = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    return len(words)


def tiny_teacher(torch: Any, folder: Path) -> None:
    """An MPNet of two layers with lots for weights, as `--teacher` wants it."""
    import transformers

    torch.manual_seed(0)
    config = transformers.MPNetConfig(
        vocab_size=tiny_tokenizer(folder),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        pad_token_id=0,
        num_labels=3,
    )
    model = transformers.MPNetForSequenceClassification(config)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.normal_(0, 0.3)
    model.save_pretrained(folder)


def tiny_base(torch: Any, folder: Path) -> Any:
    """A BERT of two layers with lots for weights, as `--base` wants it."""
    import transformers

    words = tiny_tokenizer(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=words,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=160,
        num_labels=3 * len(HEADS),
    )
    model = transformers.BertForSequenceClassification(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(0, 0.3)
    model.save_pretrained(folder)
    return model


def run(graph: Path, row: list[int], padding: int) -> Any:
    from sentiment.onnx import open_session

    feeds = {
        "input_ids": np.array([row + [0] * padding], np.int64),
        "mask": np.array([[1] * len(row) + [0] * padding], np.int32),
    }
    return open_session(graph, 1).run(None, feeds)[0]
