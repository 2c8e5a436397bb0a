"""Trained weights, made into the folder that the product ships."""

import dataclasses
import json
import logging
import platform
import random
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from tokenizers import Tokenizer

from sentiment import Label, TextKind
from sentiment.onnx import ModelConfig, OnnxClassifier
from sentiment.text import clean
from sentiment.training.choose import Fit, best_fit, best_temperature, mean_merit
from sentiment.training.export import averaged, export, shape_of
from sentiment.training.graph import Shape, Weights, build
from sentiment.training.sets import (
    CHOOSE,
    CHOOSE_BY_KIND,
    HEADS,
    REPORT,
    TRAIN,
    Example,
    Training,
    read,
    sha256,
)

Judged: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64]]

log = logging.getLogger(__name__)

MODEL_ID = "everyreply-minilm-3"
MEASURED_ON = 512  # training texts that the int8 ranges come from
CHOOSE_ON = 3_000  # texts of each validation set, drawn from those that hold more
_PACKAGES = ("numpy", "onnx", "onnxruntime", "tokenizers", "torch", "transformers")
_CONFIG = ModelConfig(
    id=MODEL_ID,
    labels=(Label.NEGATIVE, Label.NEUTRAL, Label.POSITIVE),
    languages=frozenset({"en"}),
    max_tokens=128,
    head_tokens=96,
    pad_to=4,
    pad_id=0,
    kinds=HEADS,
    temperatures=dict.fromkeys(HEADS, 1.0),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Weights, or the mean of several, and what suits each kind best."""

    name: str
    weights: Weights
    fits: Mapping[TextKind, Fit]
    merits: Mapping[str, float]

    @property
    def merit(self) -> float:
        """The mean over the validation sets."""
        return float(np.mean(list(self.merits.values())))


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are: the base encoder, the text sets, what a teacher left, if there
    was one, the folder of the product, and the chosen model before rounding."""

    base: Path
    data: Path
    teacher: Path | None
    out: Path
    float_graph: Path


def package(
    choices: Mapping[str, Sequence[Path]], training: Training, places: Places
) -> None:
    """Choose one of `choices`, calibrate it, write the model to `places.out`.

    A choice is a name and one or more folders of weights, whose mean is tried.
    """
    out = places.out
    out.mkdir(parents=True, exist_ok=True)
    folders = sorted({one for several in choices.values() for one in several})
    _write_tokenizer(folders[0], out)
    rows = _rows(training.examples, out)
    shape = shape_of(folders[0])
    writer = _Writer(out, places.data, shape, rows, _taught(training.examples))

    candidates = [writer.candidate(name, averaged(choices[name])) for name in choices]
    best = max(candidates, key=lambda one: one.merit)
    temperatures = writer.finish(best, places.float_graph)

    record = _record(folders, training, places) | {
        "candidates": {one.name: one.merits for one in candidates},
        "chosen": best.name,
        "fits": {
            kind: {"mix": fit.mix, "offset_strength": round(fit.strength, 2)}
            for kind, fit in best.fits.items()
        },
        "temperatures": temperatures,
    }
    _write(out / "training.json", record)


def _taught(examples: Sequence[Example]) -> list[NDArray[np.int64]]:
    """The labels that each head learnt from."""
    return [
        np.array([one.label for one in examples if one.kind in {head, None}])
        for head in HEADS
    ]


@dataclass(frozen=True, slots=True)
class _Writer:
    out: Path
    data: Path
    shape: Shape
    rows: Sequence[Sequence[int]]
    taught: Sequence[NDArray[np.int64]]

    def candidate(self, name: str, weights: Weights) -> Candidate:
        """How good `weights` are in int8 on the validation sets, all fitted."""
        self._write_model(weights, HEADS, dict.fromkeys(HEADS, 1.0))
        judged = {name: self._judged(file) for name, file in CHOOSE.items()}
        fits: dict[TextKind, Fit] = {}
        merits: dict[str, float] = {}
        for kind, files in CHOOSE_BY_KIND.items():
            sets = {file: judged[file] for file in files}
            fits[kind] = best_fit(_mixes(kind), self.taught, list(sets.values()))
            merits |= {
                file: round(mean_merit(fits[kind], [one]), 4)
                for file, one in sets.items()
            }
        found = Candidate(name, weights, fits, merits)
        log.info("%s: %.4f %s", name, found.merit, merits)
        for kind, fit in fits.items():
            log.info("%s: mix %s, offset strength %.1f", kind, fit.mix, fit.strength)
        return found

    def finish(self, best: Candidate, float_graph: Path) -> dict[TextKind, float]:
        """Write the chosen graphs and return the temperatures that suit them."""
        weights = folded(best.weights, best.fits)
        kinds = tuple(best.fits)
        onnx.save(build(weights, self.shape)[0], float_graph)
        self._write_model(weights, kinds, dict.fromkeys(kinds, 1.0))
        temperatures = {
            kind: best_temperature(*self._as_kind(kind, files.values()))
            for kind, files in CHOOSE_BY_KIND.items()
        }
        self._write_config(kinds, temperatures)
        return temperatures

    def _as_kind(self, kind: TextKind, files: Iterable[str]) -> Judged:
        """What the finished model says of the validation sets of one kind."""
        sets = [self._judged(file) for file in files]
        at = list(CHOOSE_BY_KIND).index(kind)
        return (
            np.concatenate([said[:, at] for said, _ in sets]),
            np.concatenate([truth for _, truth in sets]),
        )

    def _write_model(
        self,
        weights: Weights,
        kinds: Sequence[TextKind],
        temperatures: Mapping[TextKind, float],
    ) -> None:
        self._write_config(kinds, temperatures)
        export(weights, self.shape, self.rows, self.out / "model_int8.onnx")

    def _write_config(
        self, kinds: Sequence[TextKind], temperatures: Mapping[TextKind, float]
    ) -> None:
        config = _CONFIG.model_copy(
            update={"kinds": tuple(kinds), "temperatures": dict(temperatures)}
        )
        _write(self.out / "config.json", config.model_dump(mode="json"))

    def _judged(self, file: str) -> Judged:
        examples = read(self.data / file)
        if len(examples) > CHOOSE_ON:
            dice = random.Random(0)  # noqa: S311  which texts are drawn is no secret
            examples = dice.sample(examples, CHOOSE_ON)
        classifier = OnnxClassifier(folder=self.out, threads=2)
        said = classifier.logits_by_kind([one.text for one in examples])
        return said, np.array([one.label for one in examples])


def _mixes(kind: TextKind) -> list[tuple[float, ...]]:
    """The heads that may judge a kind: its own, or for reviews any and their mean."""
    single = [tuple(float(one == head) for one in HEADS) for head in HEADS]
    if kind in HEADS:
        return [single[HEADS.index(kind)]]
    return [*single, (1 / len(HEADS),) * len(HEADS)]


def folded(weights: Weights, fits: Mapping[TextKind, Fit]) -> Weights:
    """`weights` whose classes stand kind by kind, mixed and offset as fitted."""
    heads = weights["classifier.weight"].reshape(len(HEADS), len(Label), -1)
    biases = weights["classifier.bias"].reshape(len(HEADS), len(Label))
    rows = [np.tensordot(fit.mix, heads, axes=(0, 0)) for fit in fits.values()]
    bias = [np.tensordot(fit.mix, biases, (0, 0)) + fit.plus for fit in fits.values()]
    return dict(weights) | {
        "classifier.weight": np.concatenate(rows).astype(np.float32),
        "classifier.bias": np.concatenate(bias).astype(np.float32),
    }


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
    most = _CONFIG.max_tokens
    return [tokenizer.encode(clean(one.text)).ids[:most] for one in drawn]


def _record(
    folders: Sequence[Path], training: Training, places: Places
) -> dict[str, Any]:
    """What it takes to make the same model again, and to see that it is the same."""
    files = TRAIN | CHOOSE | REPORT
    return {
        "model": MODEL_ID,
        "taught": {one.parent.name: _recipe(one) for one in folders},
        "teacher": _recipe(places.teacher) if places.teacher else None,
        "base_sha256": sha256(places.base / "model.safetensors"),
        "data_sha256": {
            name: sha256(places.data / file) for name, file in files.items()
        },
        "examples": training.dropped,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in _PACKAGES},
        "shape": dataclasses.asdict(shape_of(folders[0])),
    }


def _recipe(folder: Path) -> Any:
    return json.loads((folder / "recipe.json").read_text("utf-8"))


def _write(file: Path, value: Mapping[str, Any]) -> None:
    text = json.dumps(value, indent=2, sort_keys=True) + "\n"
    file.write_text(text, encoding="utf-8")
