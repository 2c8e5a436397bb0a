"""How well a classifier does on texts whose label people gave.

Definitions: macro-recall is the mean of the recall of the three labels (SemEval's
yardstick, https://aclanthology.org/S17-2088); macro-F1 the mean of their F1; a
label that no text carries counts in neither. The calibration error is the mean
gap between confidence and accuracy over fifteen equal bins of confidence,
weighted by how many texts fall in each (https://arxiv.org/abs/1706.04599).
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sentiment import Classifier, Label, Sentiment, TextKind

_BINS = 15
_NUMBERED = {str(number): label for number, label in enumerate(Label)}
_UNKNOWN = "unknown"


class LabelledFileError(ValueError):
    """A line of a labelled file cannot be read. The message names file and line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the label that a person gave it.

    `language` is a BCP 47 tag and `source` says where it is from, where known.
    `kind` is what the classifier is told that the text is.
    """

    label: Label
    text: str
    language: str | None = None
    source: str | None = None
    kind: TextKind = TextKind.POST


@dataclass(frozen=True, slots=True)
class Scores:
    """All between 0 and 1. `confusion[truth][answer]` counts texts."""

    count: int
    macro_recall: float
    macro_f1: float
    accuracy: float
    calibration_error: float
    confusion: Mapping[Label, Mapping[Label, int]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores over everything, and per language and per source."""

    model: str
    overall: Scores
    by_language: Mapping[str, Scores]
    by_source: Mapping[str, Scores]


def evaluate(classifier: Classifier, examples: Sequence[Labelled]) -> Evaluation:
    """Judge every example and compare. `examples` must not be empty.

    Raises:
        ModelError: the model cannot be loaded.
    """
    answers = classifier.classify(
        [one.text for one in examples],
        [one.language for one in examples],
        [one.kind for one in examples],
    )
    pairs = list(zip(examples, answers, strict=True))
    return Evaluation(
        model=answers[0].model,
        overall=_scores(pairs),
        by_language=_grouped(pairs, lambda pair: pair[1].language),
        by_source=_grouped(pairs, lambda pair: pair[0].source),
    )


def score(truths: Sequence[Label], answers: Sequence[Sentiment]) -> Scores:
    """Compare the labels people gave with the classifier's answers."""
    confusion = {truth: dict.fromkeys(Label, 0) for truth in Label}
    for truth, answer in zip(truths, answers, strict=True):
        confusion[truth][answer.label] += 1
    present = [label for label in Label if sum(confusion[label].values())]
    right = sum(confusion[label][label] for label in Label)
    return Scores(
        count=len(truths),
        macro_recall=_mean(_recall(confusion, label) for label in present),
        macro_f1=_mean(_f1(confusion, label) for label in present),
        accuracy=right / len(truths) if truths else 0.0,
        calibration_error=_calibration_error(truths, answers),
        confusion=confusion,
    )


def read_labelled(file: Path) -> list[Labelled]:
    """The examples in a .tsv, .csv or .jsonl file.

    With a header (or keys) named `label` and `text`, and `language`, `source` and
    `kind` where there are such. A file without header is `label<TAB>text`. Labels are
    negative, neutral, positive, or 0, 1, 2; kinds post, comment, review, and post
    where none is given.

    Raises:
        LabelledFileError: a line cannot be read.
        OSError: the file cannot be opened.
    """
    if file.suffix == ".jsonl":
        rows = _json_rows(file)
    else:
        rows = _table_rows(file, "," if file.suffix == ".csv" else "\t")
    return [_labelled(file, number, row) for number, row in rows]


def _scores(pairs: Sequence[tuple[Labelled, Sentiment]]) -> Scores:
    return score([one.label for one, _ in pairs], [answer for _, answer in pairs])


def _grouped(
    pairs: Sequence[tuple[Labelled, Sentiment]],
    name: Callable[[tuple[Labelled, Sentiment]], str | None],
) -> dict[str, Scores]:
    groups: dict[str, list[tuple[Labelled, Sentiment]]] = {}
    for pair in pairs:
        groups.setdefault(name(pair) or _UNKNOWN, []).append(pair)
    return {key: _scores(groups[key]) for key in sorted(groups)}


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _recall(confusion: Mapping[Label, Mapping[Label, int]], label: Label) -> float:
    return confusion[label][label] / sum(confusion[label].values())


def _f1(confusion: Mapping[Label, Mapping[Label, int]], label: Label) -> float:
    truly = sum(confusion[label].values())
    answered = sum(row[label] for row in confusion.values())
    return 2 * confusion[label][label] / (truly + answered)


def _calibration_error(truths: Sequence[Label], answers: Sequence[Sentiment]) -> float:
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for truth, answer in zip(truths, answers, strict=True):
        at = min(int(answer.confidence * _BINS), _BINS - 1)
        bins[at].append((answer.confidence, answer.label is truth))
    gaps = (abs(sum(sure - right for sure, right in one)) for one in bins)
    return sum(gaps) / len(truths) if truths else 0.0


def _json_rows(file: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise LabelledFileError(f"{file}:{number}: no JSON: {error}") from error
            if not isinstance(row, dict):
                raise LabelledFileError(f"{file}:{number}: write an object, with text")
            yield number, row


def _table_rows(
    file: Path, separator: str
) -> Iterator[tuple[int, Mapping[str, object]]]:
    names = ["label", "text"]
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in _split(lines, separator):
            words = [one.strip().casefold() for one in row]
            if number == 1 and {"label", "text"} <= set(words):
                names = words
            elif any(words):
                yield number, dict(zip(names, row, strict=False))


def _split(lines: TextIO, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line numbers. A tab file quotes nothing: " is a quote's own."""
    if separator == "\t":
        for number, line in enumerate(lines, start=1):
            yield number, line.rstrip("\r\n").split("\t")
        return
    reader = csv.reader(lines, delimiter=separator)
    for row in reader:
        yield reader.line_num, row


def _labelled(file: Path, number: int, row: Mapping[str, object]) -> Labelled:
    text = row.get("text")
    if not isinstance(text, str):
        raise LabelledFileError(f"{file}:{number}: there is no text")
    written = str(row.get("label", "")).strip().casefold()
    label = _NUMBERED.get(written, written)
    if label not in list(Label):
        raise LabelledFileError(
            f"{file}:{number}: the label {written!r} is none of "
            "negative, neutral, positive (or 0, 1, 2)"
        )
    language, source = row.get("language"), row.get("source")
    kind = str(row.get("kind") or TextKind.POST).strip().casefold()
    if kind not in list(TextKind):
        raise LabelledFileError(
            f"{file}:{number}: the kind {kind!r} is none of {', '.join(TextKind)}"
        )
    return Labelled(
        Label(label),
        text,
        language=str(language) if language else None,
        source=str(source) if source else None,
        kind=TextKind(kind),
    )
