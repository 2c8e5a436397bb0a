"""Make the embedded model: teach, average, choose, export, record.

    python -m sentiment.training --data FOLDER --base FOLDER --work FOLDER
        [--teacher FOLDER --lessons 1 2]

Every seed learns the public sets and our own texts from the base encoder. Where there
is a teacher, it learns the tweets, too, and says what it makes of each; a lesson teaches
the first seed once more, with the teacher's word. Each seed, each lesson, the mean of
all seeds, of all lessons and of both are tried, and the best is kept.
"""

import argparse
import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from sentiment import TextKind
from sentiment.training.own import own_examples
from sentiment.training.package import Places, package
from sentiment.training.sets import Example, training_examples
from sentiment.training.teach import Recipe, teach
from sentiment.training.teacher import TeacherRecipe, soft_labels

MODEL = Path(__file__).parents[1] / "model"
RECIPE = Recipe()
LESSON = Recipe(
    epochs=1, share={"post": 0.85, "comment": 0.25, "own": 0.3}, learning_rate=8e-5
)
TEACHER = TeacherRecipe()
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
    lessons = []
    if given.teacher:
        taught = with_teacher(given.teacher, given.work / "teacher", examples)
        lessons = [
            teach(seeds[0], given.work / f"lesson-{lesson}", taught, LESSON, lesson)
            for lesson in given.lessons
        ]
    places = Places(
        base=given.base,
        data=given.data,
        teacher=given.work / "teacher" if given.teacher else None,
        out=given.out,
        float_graph=given.work / "float.onnx",
    )
    groups = (seeds, lessons, [*seeds, *lessons] if lessons else [])
    package(choices(*groups), replace(training, examples=examples), places)


def with_teacher(base: Path, work: Path, examples: Sequence[Example]) -> list[Example]:
    """`examples`, the posts among them with what a teacher made from `base` says."""
    posts = [one for one in examples if one.kind == TextKind.POST]
    said = iter(soft_labels(base, work, posts, TEACHER))

    def told(one: Example) -> Example:
        if one.kind != TextKind.POST:
            return one
        negative, neutral, positive = map(float, next(said))
        return replace(one, soft=(negative, neutral, positive))

    return [told(one) for one in examples]


def choices(*groups: Sequence[Path]) -> dict[str, Sequence[Path]]:
    """Each folder of weights by itself, and the mean of each group of several."""
    found: dict[str, Sequence[Path]] = {
        one.parent.name: [one] for group in groups for one in group
    }
    for group in groups:
        if len(group) > 1:
            found["mean of " + ", ".join(one.parent.name for one in group)] = group
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sentiment.training")
    parser.add_argument("--data", type=Path, required=True, help="folder of text sets")
    parser.add_argument(
        "--base", type=Path, required=True, help="folder of the encoder"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for weights")
    parser.add_argument("--out", type=Path, default=MODEL, help="folder of the product")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--teacher", type=Path, help="folder of all-mpnet-base-v2")
    parser.add_argument("--lessons", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser


if __name__ == "__main__":
    main()
