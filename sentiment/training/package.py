"""The weights of several passes, made into the folder that the product ships."""

import dataclasses
import json
import logging
import platform
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from tokenizers import Tokenizer

from sentiment import Label
from sentiment.onnx import ModelConfig, OnnxClassifier
from sentiment.text import clean
from sentiment.training.choose import (
    best_strength,
    best_temperature,
    merit,
    offsets,
)
from sentiment.training.export import averaged, export, shape_of
from sentiment.training.graph import Shape, Weights, build
from sentiment.training.sets import (
    CHOOSE,
    CHOOSE_POSTS,
    REPORT,
    TRAIN,
    Example,
    Training,
    read,
    sha256,
)

Judged: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64]]

log = logging.getLogger(__name__)

MODEL_ID = "everyreply-minilm-1"
MEASURED_ON = 512  # training texts that the int8 ranges come from
CHOOSE_ON = 3_000  # texts of each validation set, drawn from those that hold more
NOISE = 0.002  # two texts in a thousand
_PACKAGES = ("numpy", "onnx", "onnxruntime", "tokenizers", "torch", "transformers")
_UNFITTED = ModelConfig(
    id=MODEL_ID,
    labels=(Label.NEGATIVE, Label.NEUTRAL, Label.POSITIVE),
    languages=frozenset({"en"}),
    max_tokens=128,
    head_tokens=96,
    pad_to=4,
    pad_id=0,
    temperatures={"post": 1.0, "review": 1.0},
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """The weights of one pass, or the mean of several, and what suits them best."""

    name: str
    weights: Weights
    strength: float
    merit: float


def package(
    taught: Sequence[Path],
    base: Path,
    data: Path,
    training: Training,
    out: Path,
    float_graph: Path,
) -> None:
    """Choose a mean of the passes, calibrate it, write the model to `out`.

    `taught` is the first pass and at least one later one. The same model before
    rounding goes to `float_graph`, to compare with.
    """
    out.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(taught[0], out)
    _write(out / "config.json", _UNFITTED.model_dump(mode="json"))
    rows = _rows(training.examples, out)
    labels = np.array([one.label for one in training.examples])
    writer = _Writer(out, data, shape_of(taught[0]), rows, labels)

    first, *later = taught
    choices = {"first": [first], "later": later, "all": list(taught)}
    candidates = [writer.candidate(name, averaged(choices[name])) for name in choices]
    best = _preferred(candidates)
    temperatures = writer.finish(best, float_graph)

    fitted = _UNFITTED.model_copy(update={"temperatures": temperatures})
    _write(out / "config.json", fitted.model_dump(mode="json"))
    record = _record(taught, base, data, training) | {
        "candidates": {one.name: round(one.merit, 4) for one in candidates},
        "chosen": best.name,
        "offset_strength": round(best.strength, 2),
        "temperatures": temperatures,
    }
    _write(out / "training.json", record)


@dataclass(frozen=True, slots=True)
class _Writer:
    out: Path
    data: Path
    shape: Shape
    rows: Sequence[Sequence[int]]
    labels: NDArray[np.int64]

    def candidate(self, name: str, weights: Weights) -> Candidate:
        """How good `weights` are in int8 on the validation sets, offsets fitted."""
        sets = self._validation(weights)
        strength = best_strength(self.labels, sets)
        plus = offsets(self.labels, strength)
        reached = float(
            np.mean([merit(logits + plus, truth) for logits, truth in sets])
        )
        each = [round(merit(logits + plus, truth), 4) for logits, truth in sets]
        log.info("%s: %.4f at offset strength %.1f: %s", name, reached, strength, each)
        return Candidate(name, weights, strength, reached)

    def finish(self, best: Candidate, float_graph: Path) -> dict[str, float]:
        """Write the chosen graphs and return the temperatures that suit them."""
        plus = offsets(self.labels, best.strength)
        bias = best.weights["classifier.bias"] + plus.astype(np.float32)
        weights = dict(best.weights) | {"classifier.bias": bias}
        sets = self._validation(weights)
        onnx.save(build(weights, self.shape)[0], float_graph)
        posts, reviews = sets[: len(CHOOSE_POSTS)], sets[len(CHOOSE_POSTS) :]
        kinds = {"post": posts, "review": reviews}
        return {kind: best_temperature(*_joined(kinds[kind])) for kind in kinds}

    def _validation(self, weights: Weights) -> list[Judged]:
        """What int8 graphs of `weights` say of each validation set, and the truth."""
        export(weights, self.shape, self.rows, self.out / "model_int8.onnx")
        return [self._judged(file) for file in CHOOSE.values()]

    def _judged(self, file: str) -> Judged:
        examples = read(self.data / file)
        if len(examples) > CHOOSE_ON:
            dice = random.Random(0)  # noqa: S311  which texts are drawn is no secret
            examples = dice.sample(examples, CHOOSE_ON)
        classifier = OnnxClassifier(folder=self.out, threads=2)
        logits = classifier.logits([one.text for one in examples])
        return logits, np.array([one.label for one in examples])


def _preferred(candidates: Sequence[Candidate]) -> Candidate:
    """The best, but the later passes where they are as good within the noise.

    They know our own texts, which no validation set resembles.
    """
    best = max(candidates, key=lambda one: one.merit)
    later = next(one for one in candidates if one.name == "later")
    return later if best.merit - later.merit < NOISE else best


def _joined(sets: Sequence[Judged]) -> Judged:
    logits = np.concatenate([one for one, _ in sets])
    return logits, np.concatenate([truth for _, truth in sets])


def _write_tokenizer(folder: Path, out: Path) -> None:
    shutil.copy(folder / "tokenizer.json", out / "tokenizer.json")
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)


def _rows(examples: Sequence[Example], folder: Path) -> list[list[int]]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    dice = random.Random(0)  # noqa: S311  which texts are drawn is no secret
    drawn = dice.sample(list(examples), min(MEASURED_ON, len(examples)))
    most = _UNFITTED.max_tokens
    return [tokenizer.encode(clean(one.text)).ids[:most] for one in drawn]


def _record(
    taught: Sequence[Path], base: Path, data: Path, training: Training
) -> dict[str, Any]:
    """What it takes to make the same model again, and to see that it is the same."""
    files = TRAIN | CHOOSE | REPORT
    return {
        "model": MODEL_ID,
        "passes": {
            one.parent.name: json.loads((one / "recipe.json").read_text("utf-8"))
            for one in taught
        },
        "base_sha256": sha256(base / "model.safetensors"),
        "data_sha256": {name: sha256(data / file) for name, file in files.items()},
        "examples": training.dropped,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in _PACKAGES},
        "shape": dataclasses.asdict(shape_of(taught[0])),
    }


def _write(file: Path, value: Mapping[str, Any]) -> None:
    text = json.dumps(value, indent=2, sort_keys=True) + "\n"
    file.write_text(text, encoding="utf-8")
