"""From a folder of trained weights to `model_int8.onnx`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from safetensors.numpy import load_file

from sentiment.onnx import open_session
from sentiment.training.graph import Range, Shape, Weights, build

# A share of the texts may go beyond a range: a wider one rounds all others worse.
_KEPT = 99.9


def read_weights(folder: Path) -> Weights:
    return {
        name: value.astype(np.float32)
        for name, value in load_file(folder / "model.safetensors").items()
        if value.dtype.kind == "f"
    }


def averaged(folders: Sequence[Path]) -> Weights:
    """The mean of several seeds' weights (https://arxiv.org/abs/2203.05482)."""
    all_weights = [read_weights(folder) for folder in folders]
    return {
        name: np.mean([one[name] for one in all_weights], axis=0, dtype=np.float32)
        for name in all_weights[0]
    }


def shape_of(folder: Path) -> Shape:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return Shape(config["num_hidden_layers"], config["num_attention_heads"])


def export(
    weights: Weights, shape: Shape, rows: Sequence[Sequence[int]], out: Path
) -> None:
    """Write the int8 graph; `rows` are tokenised training texts to measure on."""
    measured, inputs = build(weights, shape)
    probe = out.with_suffix(".float.onnx")
    onnx.save(measured, probe)
    ranges = _ranges(probe, inputs, rows)
    probe.unlink()
    model, _ = build(weights, shape, ranges)
    onnx.save(model, out)


def _ranges(
    probe: Path, inputs: Sequence[str], rows: Sequence[Sequence[int]]
) -> Mapping[str, Range]:
    session: Any = open_session(probe, 1)
    low: dict[str, list[float]] = {name: [] for name in inputs}
    high: dict[str, list[float]] = {name: [] for name in inputs}
    for row in rows:
        feeds = {
            "input_ids": np.array([row], np.int64),
            "mask": np.ones((1, len(row)), np.int32),
        }
        found: list[NDArray[np.float32]] = session.run(list(inputs), feeds)
        for name, value in zip(inputs, found, strict=True):
            low[name].append(float(value.min()))
            high[name].append(float(value.max()))
    return {
        name: (
            float(np.percentile(low[name], 100 - _KEPT)),
            float(np.percentile(high[name], _KEPT)),
        )
        for name in inputs
    }
