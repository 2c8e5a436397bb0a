"""Make the embedded model: teach, average, choose, export, record.

python -m sentiment.training --data FOLDER --base FOLDER --work FOLDER

Every seed learns the public sets and our own texts from the base encoder, in one
pass; of several seeds, each and the mean of all are tried.
"""

import argparse
import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from sentiment.training.own import own_examples
from sentiment.training.package import package
from sentiment.training.sets import training_examples
from sentiment.training.teach import Recipe, teach

MODEL = Path(__file__).parents[1] / "model"
RECIPE = Recipe()
OWN_TEXTS, OWN_SEED = 9_000, 1


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)

    training = training_examples(given.data)
    examples = [*training.examples, *own_examples(OWN_TEXTS, OWN_SEED)]
    seeds = [
        teach(given.base, given.work / f"seed-{seed}", examples, RECIPE, seed)
        for seed in given.seeds
    ]
    everything = replace(training, examples=examples)
    float_graph = given.work / "float.onnx"
    package(seeds, given.base, given.data, everything, given.out, float_graph)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sentiment.training")
    parser.add_argument("--data", type=Path, required=True, help="folder of text sets")
    parser.add_argument(
        "--base", type=Path, required=True, help="folder of the encoder"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for weights")
    parser.add_argument("--out", type=Path, default=MODEL, help="folder of the product")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser


if __name__ == "__main__":
    main()
