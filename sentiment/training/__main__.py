"""Make the embedded model: teach, average, choose, export, record.

python -m sentiment.training --data FOLDER --base FOLDER --work FOLDER

The first pass learns the public sets from the base encoder. The second goes on from
there, more slowly, with our own texts and a quarter of those sets drawn anew.
"""

import argparse
import logging
import os
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from sentiment.training.own import own_examples
from sentiment.training.package import package
from sentiment.training.sets import training_examples
from sentiment.training.teach import Recipe, teach

MODEL = Path(__file__).parents[1] / "model"
FIRST = Recipe(epochs=2, learning_rate=1e-4)
SECOND = Recipe(epochs=1, learning_rate=5e-5)
SECOND_TEXTS = 22_000
OWN_TEXTS, OWN_SEED = 9_000, 1


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)

    training = training_examples(given.data)
    sets = list(training.examples)
    own = own_examples(OWN_TEXTS, OWN_SEED)
    first = teach(given.base, given.work / "first", sets, FIRST, given.seed)
    seed = given.seed + 1
    dice = random.Random(seed)  # noqa: S311  which texts are drawn is no secret
    drawn = dice.sample(sets, min(SECOND_TEXTS, len(sets))) + own
    second = teach(first, given.work / "second", drawn, SECOND, seed)
    everything = replace(training, examples=sets + own)
    passes, float_graph = [first, second], given.work / "float.onnx"
    package(passes, given.base, given.data, everything, given.out, float_graph)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sentiment.training")
    parser.add_argument("--data", type=Path, required=True, help="folder of text sets")
    parser.add_argument(
        "--base", type=Path, required=True, help="folder of the encoder"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for weights")
    parser.add_argument("--out", type=Path, default=MODEL, help="folder of the product")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser


if __name__ == "__main__":
    main()
