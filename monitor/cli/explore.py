"""The match command: try keywords before they go live."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    JsonOption,
    fail,
    known_brand,
    opened,
    out,
    print_json,
    read,
    say,
)
from monitor.config import Config
from monitor.rules.match import BrandMatch, Matcher
from monitor.rules.text import harmless
from monitor.rules.trial import Catch, StoredPost, Trial, try_out
from monitor.store import Store
from monitor.store.retention import ERASED


def register(app: typer.Typer) -> None:
    app.command()(match)


def match(
    text: Annotated[str | None, typer.Argument(help="A text to match.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Match each line of a file.")
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Try the config on all stored posts.")
    ] = False,
    brand: Annotated[str | None, typer.Option(help="Only this brand.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="Examples to show.")] = 3,
    as_json: JsonOption = False,
) -> None:
    """Show which brand and keyword match, and where. Exit 1 if nothing does.

    With --stored: what the keywords in the (edited) config would gain and lose
    against what is stored, so that a keyword can be tried before it goes live.

    Examples: everyreply match "my Northwind is leaking"

    everyreply match --stored --config edited.yaml
    """
    if sum(one is not None for one in (text, file)) + stored != 1:
        fail("give one of these: a text, --file, --stored", Exit.WRONG_CONFIG)
    if stored:
        _match_stored(config, brand, examples, as_json=as_json)
        return
    loaded = read(config).config
    known_brand(loaded, brand)
    matcher = _matcher(loaded)
    lines = [text] if text is not None else _lines(file)
    found = [
        (
            number,
            line,
            [m for m in matcher.explain(line) if brand in (None, m.brand.name)],
        )
        for number, line in enumerate(lines, 1)
    ]
    if as_json:
        print_json([_plain(*one) for one in found])
    else:
        _draw(out(), found, numbered=file is not None)
    if not any(m.matched for _, _, matches in found for m in matches):
        raise typer.Exit(Exit.NO)


def _match_stored(
    config: Path, brand: str | None, examples: int, *, as_json: bool
) -> None:
    with opened(config) as here:
        known_brand(here.config, brand)
        tied = {source.name: source.brands for source in here.config.sources}
        posts = _stored(here.store)
        trials = try_out(posts, _matcher(here.config), tied, brand)
    if as_json:
        print_json({name: _plain_trial(one) for name, one in trials.items()})
        return
    console = out()
    if not trials:
        say(console, "nothing stored matches, then or now")
    for name, trial in sorted(trials.items()):
        _draw_trial(console, name, trial, examples)


def _matcher(config: Config) -> Matcher:
    return Matcher(config.brands, config.priorities.urgent)


def _lines(file: Path | None) -> list[str]:
    try:
        return Path(file or "").read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        fail(f"{file}: cannot be read as UTF-8 text: {e}", Exit.WRONG_CONFIG)


def _stored(store: Store) -> Iterator[StoredPost]:
    """Yield every post whose words we still have, with the brands it counts for."""
    for (platform, post_id), rows in groupby(
        store.mentions.by_post(), lambda row: (row.platform, row.post_id)
    ):
        same = list(rows)
        if same[0].text != ERASED:
            yield StoredPost(
                platform,
                post_id,
                same[0].source,
                same[0].text,
                [row.brand for row in same],
                [row.brand for row in same if not row.hits],
            )
    for one in store.mentions.unmatched():
        yield StoredPost(one.platform, one.post_id, one.source, one.text)


def _draw(
    console: Console,
    found: Sequence[tuple[int, str, list[BrandMatch]]],
    *,
    numbered: bool,
) -> None:
    for number, line, matches in found:
        place = f"line {number}: " if numbered else ""
        hit = [one for one in matches if one.matched]
        if not hit and not numbered:
            say(console, "no brand is named")
        for one in hit:
            head = Text(f"{place}{one.brand.name}: ", style="bold")
            say(console, head + Text(_words(one)))
            say(console, Text("  ") + _highlighted(line, one))
        if numbered:
            continue
        for one in matches:
            if not one.matched and one.lacks:
                say(console, f"{one.brand.name}: no, {one.lacks}", "dim")


def _words(one: BrandMatch) -> str:
    places = [f'"{hit.keyword}" at {hit.start}-{hit.end}' for hit in one.hits]
    if one.urgent:
        places.append("urgent: " + ", ".join(f'"{h.keyword}"' for h in one.urgent))
    if one.excluded:
        places.append(
            "excluded by " + ", ".join(f'"{h.keyword}"' for h in one.excluded)
        )
    return "; ".join(places)


def _highlighted(text: str, one: BrandMatch) -> Text:
    shown = Text(harmless(text))
    for start, end in one.spans:
        shown.stylize("bold underline", start, end)
    for _, start, end in one.excluded:
        shown.stylize("strike", start, end)
    return shown


def _draw_trial(console: Console, name: str, trial: Trial, examples: int) -> None:
    gained, lost = len(trial.gained), len(trial.lost)
    say(console, name, "bold")
    say(
        console,
        f"  {trial.kept:,} stay, {gained:,} would be gained, {lost:,} lost, "
        f"{trial.excluded:,} more would be put away by exclude",
    )
    for sign, style, catches in (
        ("+", "green", trial.gained),
        ("-", "red", trial.lost),
    ):
        for catch in catches[:examples]:
            say(console, f"  {sign} {_example(catch)}", style)
        if len(catches) > examples > 0:
            say(console, f"    ... and {len(catches) - examples:,} more ({sign})")


def _example(catch: Catch) -> str:
    words = " ".join(harmless(catch.post.text).split())
    short = words if len(words) <= 90 else words[:89] + "…"
    keywords = catch.match.keywords if catch.match else ()
    by = f" [{', '.join(keywords)}]" if keywords else ""
    return f"{catch.post.platform} {catch.post.post_id}{by}: {short}"


def _plain(number: int, line: str, matches: Sequence[BrandMatch]) -> dict[str, Any]:
    return {
        "line": number,
        "text": line,
        "matches": [
            {
                "brand": one.brand.name,
                "matched": one.matched,
                "hits": [hit._asdict() for hit in one.hits],
                "excluded": [hit._asdict() for hit in one.excluded],
                "urgent": [hit._asdict() for hit in one.urgent],
                "lacks": one.lacks,
            }
            for one in matches
        ],
    }


def _plain_trial(trial: Trial) -> dict[str, Any]:
    def posts(catches: Sequence[Catch]) -> list[dict[str, Any]]:
        return [
            {
                "platform": catch.post.platform,
                "post_id": catch.post.post_id,
                "keywords": list(catch.match.keywords) if catch.match else [],
            }
            for catch in catches
        ]

    return {
        "kept": trial.kept,
        "excluded": trial.excluded,
        "gained": posts(trial.gained),
        "lost": posts(trial.lost),
    }
