"""Scores on the test sets, once a model is chosen, as a Markdown table and JSON.

    python -m sentiment.training.report --data FOLDER [--float FILE] [--json FILE]

Beside the embedded model: its float weights where `--float` names them, and
VADER (https://github.com/cjhutto/vaderSentiment) where it is installed.
"""

import argparse
import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sentiment import Label, Sentiment, TextKind
from sentiment.evaluate import Scores, score
from sentiment.onnx import EMBEDDED_FOLDER, OnnxClassifier
from sentiment.training.sets import REPORT, read

Judge = Callable[[Sequence[str], TextKind], list[Sentiment]]

# All others are tweets.
_KINDS: Mapping[str, TextKind] = {
    "goemotions_test": TextKind.COMMENT,
    "restaurant_test": TextKind.REVIEW,
    "sst3_test": TextKind.REVIEW,
}
_VADER_NEUTRAL = 0.05  # either side of zero, as its authors advise


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m sentiment.training.report")
    parser.add_argument("--data", type=Path, required=True, help="folder of text sets")
    parser.add_argument("--model", type=Path, default=EMBEDDED_FOLDER)
    parser.add_argument("--float", type=Path, help="the float graph of the training")
    parser.add_argument("--json", type=Path, help="write the scores here as well")
    given = parser.parse_args(arguments)
    judges = {"int8": _embedded(given.model, None)}
    if given.float:
        judges["float"] = _embedded(given.model, given.float)
    if importlib.util.find_spec("vaderSentiment"):
        judges["VADER"] = _vader()
    found = report(given.data, judges)
    print(markdown(found))  # noqa: T201  this is the command's output
    if given.json:
        plain = {
            name: {judge: asdict(one) for judge, one in rows.items()}
            for name, rows in found.items()
        }
        given.json.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")


def report(data: Path, judges: Mapping[str, Judge]) -> dict[str, dict[str, Scores]]:
    """The scores of every judge on every test set."""
    found: dict[str, dict[str, Scores]] = {}
    for name, file in REPORT.items():
        examples = read(data / file)
        texts = [one.text for one in examples]
        truths = [list(Label)[one.label] for one in examples]
        kind = _KINDS.get(name, TextKind.POST)
        found[name] = {
            judge: score(truths, classify(texts, kind))
            for judge, classify in judges.items()
        }
    return found


def markdown(found: Mapping[str, Mapping[str, Scores]]) -> str:
    """One line per set and judge, in hundredths."""
    lines = [
        "| set | texts | judge | macro-recall | macro-F1 | accuracy | calibration error |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, rows in found.items():
        for judge, one in rows.items():
            values = (
                one.macro_recall, one.macro_f1, one.accuracy, one.calibration_error
            )  # fmt: skip
            cells = " | ".join(f"{100 * value:.1f}" for value in values)
            lines.append(f"| {name} | {one.count} | {judge} | {cells} |")
    return "\n".join(lines)


def _embedded(folder: Path, graph: Path | None) -> Judge:
    classifier = OnnxClassifier(folder=folder, threads=2, graph=graph)

    def judge(texts: Sequence[str], kind: TextKind) -> list[Sentiment]:
        return classifier.classify(texts, kinds=[kind] * len(texts))

    return judge


def _vader() -> Judge:
    module: Any = importlib.import_module("vaderSentiment.vaderSentiment")
    analyzer = module.SentimentIntensityAnalyzer()

    def judge(texts: Sequence[str], kind: TextKind) -> list[Sentiment]:
        del kind  # it knows one
        found = []
        for text in texts:
            chances = analyzer.polarity_scores(text)
            at = (chances["compound"] > -_VADER_NEUTRAL) + (
                chances["compound"] >= _VADER_NEUTRAL
            )
            found.append(
                Sentiment(
                    list(Label)[at], chances["neg"], chances["neu"], chances["pos"],
                    "vader",
                )
            )  # fmt: skip
        return found

    return judge


if __name__ == "__main__":
    main()
