"""everyreply model: how good the model is here, why it says so, and corrections."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from monitor.app import utc_now
from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    JsonOption,
    fail,
    opened,
    out,
    print_json,
    read,
    say,
    table,
)
from monitor.config import Brand
from monitor.rules.match import Matcher
from monitor.rules.text import harmless
from monitor.rules.text_kind import text_kind
from monitor.rules.toward import named_at
from sentiment import Label, ModelError, Sentiment, TextKind, open_classifier
from sentiment.evaluate import (
    Evaluation,
    Labelled,
    LabelledFileError,
    Scores,
    evaluate,
    read_labelled,
)
from sentiment.explain import Explanation
from sentiment.explain import explain as explain_text
from sentiment.toward import is_judged, preferred_to, toward

NUMBERS = {label: str(number) for number, label in enumerate(Label)}
"""0 negative, 1 neutral, 2 positive: the field's training format."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The sentiment model: scores, reasons, corrections.")
    for command in (evaluate_model, explain, correct, corrections):
        name = "evaluate" if command is evaluate_model else command.__name__
        group.command(name)(command)
    app.add_typer(group, name="model", no_args_is_help=True)


def evaluate_model(
    file: Annotated[
        Path | None,
        typer.Argument(help="Labelled TSV, CSV or JSONL; left out: staff corrections."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Score the model in use against labels people gave.

    Example: everyreply model evaluate labelled.tsv
    """
    examples = _corrected(config) if file is None else _labelled(file)
    if not examples:
        words = "nobody has corrected a label yet; name a labelled file instead"
        fail(words if file is None else f"{file} holds no example", Exit.NO)
    try:
        found = evaluate(open_classifier(read(config).config.sentiment), examples)
    except ModelError as e:
        fail(str(e), Exit.UNREACHABLE)
    if as_json:
        print_json(asdict(found))
    else:
        _draw(out(), found)


def explain(
    text: Annotated[str, typer.Argument(help="The text to judge.")],
    kind: Annotated[
        TextKind, typer.Option(help="What the text is: each is judged apart.")
    ] = TextKind.POST,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show label, probabilities, tokens kept, and which words weigh most.

    A word's weight is how much the label's probability falls without it. Where the
    text prefers another to one of your brands, it says how it counts for that brand.

    Example: everyreply model explain "Great, broken again."
    """
    known = read(config).config
    try:
        classifier = open_classifier(known.sentiment)
        found = explain_text(classifier, text, kind=kind)
    except ModelError as e:
        fail(str(e), Exit.UNREACHABLE)
    others = _preferring_others(found.sentiment, text, known.brands)
    if as_json:
        print_json(asdict(found) | {"toward": [asdict(one) for one in others]})
    else:
        _draw_explanation(out(), found, others)


def correct(
    number: Annotated[int, typer.Argument(help="The mention's number.")],
    label: Annotated[Label, typer.Argument(help="How it really feels.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Keep what a person says a mention feels like, beside the model's answer.

    Example: everyreply model correct 17 negative --by ana
    """
    if not by.strip():
        fail("--by: say who corrects it", Exit.WRONG_CONFIG)
    with opened(config) as here:
        try:
            here.store.correct(number, label, by, utc_now())
        except LookupError as e:
            fail(str(e), Exit.NO)
    say(out(), f"mention {number} is {label.value}, says {by}")


def corrections(
    config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Print staff corrections in the training format: label 0-2, tab, text.

    Example: everyreply model corrections > corrections.tsv
    """
    with opened(config) as here:
        found = list(here.store.corrections())
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        text = " ".join(one.text.split())
        sys.stdout.write(f"{NUMBERS[one.label]}\t{text}\n")


@dataclass(frozen=True, slots=True)
class _Toward:
    """How a text feels about a brand that it prefers another to, and by which words."""

    brand: str
    sentiment: Sentiment
    words: str


def _preferring_others(
    mood: Sentiment, text: str, brands: Sequence[Brand]
) -> list[_Toward]:
    places = {one.brand.name: named_at(one) for one in Matcher(brands).match(text)}
    return [
        _Toward(name, toward(mood, text, spans), words)
        for name, spans in places.items()
        if is_judged(mood) and (words := preferred_to(text, spans))
    ]


def _corrected(config: Path) -> list[Labelled]:
    with opened(config) as here:
        return [
            Labelled(
                one.label,
                one.text,
                one.language,
                one.source,
                text_kind(one.platform, one.kind),
            )
            for one in here.store.corrections()
        ]


def _labelled(file: Path) -> list[Labelled]:
    try:
        return read_labelled(file)
    except (LabelledFileError, OSError, UnicodeDecodeError) as e:
        fail(f"{file}: {e}", Exit.WRONG_CONFIG)


def _draw(console: Console, found: Evaluation) -> None:
    numbers = ("examples", "macro-recall", "macro-F1", "accuracy", "calibration error")
    shown = table(f"{found.model}", ("", *numbers), numbers)
    shown.add_row("all", *_row(found.overall), style="bold")
    for kind, groups in (("", found.by_language), ("from ", found.by_source)):
        for name, scores in sorted(groups.items()):
            shown.add_row(Text(kind + name), *_row(scores))
    console.print(shown)
    console.print()
    labels = tuple(label.value for label in Label)
    matrix = table("Rows: what people say; columns: the model", ("", *labels), labels)
    for truth in Label:
        counts = found.overall.confusion[truth]
        matrix.add_row(truth.value, *(f"{counts[label]:,}" for label in Label))
    console.print(matrix)


def _row(scores: Scores) -> Sequence[str]:
    shares = (scores.macro_recall, scores.macro_f1, scores.accuracy)
    return (
        f"{scores.count:,}",
        *(f"{100 * share:.1f}" for share in shares),
        f"{100 * scores.calibration_error:.1f}",
    )


def _draw_explanation(
    console: Console, found: Explanation, others: Sequence[_Toward]
) -> None:
    mood = found.sentiment
    sure = "" if mood.sure else " (not sure: unknown language, or nothing to judge)"
    say(
        console,
        f"{mood.label.value}{sure}, {mood.language or 'language unknown'}",
        "bold",
    )
    say(
        console,
        f"negative {mood.negative:.0%}, neutral {mood.neutral:.0%}, "
        f"positive {mood.positive:.0%}; {mood.model}",
    )
    for other in others:
        felt = other.sentiment
        say(
            console,
            f"toward {other.brand}: {felt.label.value} {felt.confidence:.0%}, since it "
            f'prefers another: "{harmless(other.words)}"',
            "bold",
        )
    say(console, f"tokens kept: {' '.join(map(harmless, found.tokens))}", "dim")
    heaviest = sorted(found.words, key=lambda one: -abs(one.weight))[:10]
    for one in heaviest:
        say(console, f"  {one.weight:+.2f}  {harmless(one.word)}")
