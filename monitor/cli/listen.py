"""Commands that bring posts in: run, demo, poll, import; and migrate."""

import logging
import signal
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from connectors import (
    Batch,
    Connector,
    ConnectorError,
    Context,
    Cursor,
    FileSource,
    Validator,
)
from connectors.durations import parse_duration
from monitor import app as parts
from monitor.app import App, build, open_database, prepare, utc_now
from monitor.cards import card
from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    Opened,
    fail,
    opened,
    out,
    read,
    say,
    told,
)
from monitor.cli.sample import sample_config
from monitor.cli.summary import draw_ledger
from monitor.cli.wrong_options import wrong_option
from monitor.console import ConsoleSender, draw
from monitor.models import Status
from monitor.store import Recorded
from sentiment import ModelError

if TYPE_CHECKING:
    from monitor.pipeline import Watch

SHOWN = 5
"""Set-aside rows that an import names; status has them all."""
log = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    for command in (run, demo, poll, migrate):
        app.command()(command)
    app.command("import")(import_file)


def run(
    config: ConfigOption = DEFAULT_CONFIG,
    tick: Annotated[
        str, typer.Option(help="How often to look what is due.", metavar="TIME")
    ] = "1s",
) -> None:
    """Watch all sources until stopped (Ctrl-C or SIGTERM).

    Safe to kill at any time: nothing is lost, nothing comes twice. A changed
    config.yaml is applied while it runs; an invalid one is told, and the old stays.

    Example: everyreply run --config /etc/everyreply/config.yaml
    """
    try:
        span = parse_duration(tick)
    except ValueError as e:
        fail(f"--tick: {e}", Exit.WRONG_CONFIG)
    with opened(config, needs_secrets=True) as here:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stopper(stop))
        # APScheduler is slow to import, and only this command ticks.
        from monitor.scheduler import Service

        Service(_build(here, out()), config, span).run(stop)


def demo(
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the demo's database here, to look around in it."),
    ] = None,
) -> None:
    """Run one whole cycle over the sample that ships: no credentials, no network.

    Reads made-up posts about two made-up brands and a competitor, and prints what
    staff would get as alerts, the ledger, and a digest to open.

    Example: everyreply demo --keep demo.db
    """
    with tempfile.TemporaryDirectory(prefix="everyreply-") as folder:
        path = keep or Path(folder) / "demo.db"
        with opened(sample_config(Path(folder), path)) as here:
            console = out()
            app = _build(here, console)
            for watch in app.watches:
                _drain(app, watch, lambda _: None)
            while app.deliverer.deliver():
                pass
            draw_ledger(console, here.store.audit())
            # What draws would slow the start of every command.
            from monitor.cli.digesting import show_sample

            show_sample(here, keep.parent if keep else Path())


def poll(
    source: Annotated[str, typer.Argument(help="Its name in config.yaml.")],
    config: ConfigOption = DEFAULT_CONFIG,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would come, keep nothing.")
    ] = False,
) -> None:
    """Poll one source now, due or not.

    Example: everyreply poll reviews --dry-run
    """
    with opened(config, needs_secrets=True) as here:
        app = _build(here, out())
        watch = next((w for w in app.watches if w.name == source), None)
        if watch is None:
            names = ", ".join(w.name for w in app.watches)
            fail(
                f'no source is named "{source}"; there are: {names}', Exit.WRONG_CONFIG
            )
        if dry_run:
            _dry_run(app, watch)
        else:
            _report(source, _drain(app, watch, lambda _: None))


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSON or JSONL.")],
    config: ConfigOption = DEFAULT_CONFIG,
    platform: Annotated[
        str, typer.Option(help="Where the posts are from: g2, capterra, x ...")
    ] = "file",
    brand: Annotated[
        list[str] | None,
        typer.Option(help="Every post is about this brand. May be repeated."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="Which column is what: text=Review. May be repeated."),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Any other setting of a file source: kind=post, header=false, "
            "date_format=%d/%m/%Y. May be repeated.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Count older posts without alerting: 2026-11-01."),
    ] = None,
) -> None:
    """Bring in a file of posts once. The same file again adds nothing.

    Posts that a source of config.yaml reads too would come twice: an import is a
    source of its own.

    Example: everyreply import g2.csv --platform g2 --brand Acme --column text=Review
    """
    # Only here does anything move while one waits.
    from monitor.cli.progress import progress

    with opened(config) as here:
        settings = {
            "path": str(file),
            "platform": platform,
            "brands": brand or [],
            "columns": _pairs("--column", column, "text=Review"),
            "since": _day(since),
            **_pairs("--set", setting, "kind=post"),
        }
        source = _file_source(file, settings)
        unknown = [name for name in source.brands if here.config.brand(name) is None]
        if unknown:
            fail(f'no brand is named "{unknown[0]}" in {config}', Exit.WRONG_CONFIG)
        watch = parts.watch(source, here.config, Context(now=parts.utc_now))
        _validate(watch)
        watch = replace(watch, connector=_Afresh(watch.connector))
        app = _build(here, out())
        with progress(f"importing {file.name}") as tell:
            total = _drain(app, watch, tell)
            if not total.seen:  # a time ahead of our clock: looking twice tells
                total = _drain(app, watch, tell)
        _report(file.name, total)
        for row in here.store.sources.set_aside(total.set_aside and SHOWN, source.name):
            say(out(), f"  set aside: {row.place}: {row.reason}", "yellow")
        if total.opened:
            say(out(), "their alerts go out while `everyreply run` runs", "dim")
    if total.set_aside == total.seen > 0:
        raise typer.Exit(Exit.NO)


def migrate(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Bring the database to this program's version. Make a copy of it first.

    Example: everyreply migrate
    """
    loaded = read(config)
    with told(loaded.config):
        database = open_database(loaded.config)
        version = prepare(database, migrate=True)
        database.close()
    say(out(), f"the database is at version {version}")


def _build(here: Opened, console: Console) -> App:
    return build(here.loaded, here.store, ConsoleSender(console), utc_now)


class _Afresh:
    """A connector that begins from the start, wherever an earlier import ended: the
    brand or the keywords may be others now, and what is known adds nothing."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._begun = False

    def poll(self, cursor: Cursor | None) -> Batch:
        batch = self._connector.poll(cursor if self._begun else None)
        self._begun = True
        return batch


def _stopper(stop: Event) -> Callable[[int, FrameType | None], None]:
    """Ask the service to stop; a second signal ends the program at once."""

    def ask(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    return ask


def _drain(app: App, watch: "Watch", tell: Callable[[Recorded], None]) -> Recorded:
    """Poll until the source has no more; end with its own words if it cannot."""
    total = Recorded()
    try:
        while True:
            done = app.pipeline.poll(watch)
            at = app.store.sources.checkpoint(watch.name, app.now())
            if done is None:
                error = (
                    at.error or "somebody else changed its rows meanwhile; try again"
                )
                fail(f"{watch.name}: {error}", Exit.UNREACHABLE)
            total.add(done)
            tell(total)
            if at.next_poll_at > app.now():
                return total
    except ModelError as e:
        fail(str(e), Exit.UNREACHABLE)


def _dry_run(app: App, watch: "Watch") -> None:
    at = app.store.sources.checkpoint(watch.name, app.now())
    try:
        batch = watch.connector.poll(at.cursor)
        intake = app.pipeline.digest(watch, batch, at.version)
    except (ConnectorError, ModelError) as e:
        fail(f"{watch.name}: {e}", Exit.UNREACHABLE)
    console = out()
    for mention in intake.new:
        if mention.status is Status.OPEN:
            console.print(draw(card(mention, app.config.brand(mention.brand))))
        else:
            words = f"not alerted: {mention.url or mention.post_id}: {mention.note}"
            say(console, words, "dim")
    for one in intake.set_aside:
        say(console, f"set aside: {one.where}: {one.reason}", "yellow")
    more = ", and there is more to poll" if batch.more else ""
    say(
        console,
        f"{len(batch.posts)} posts: {len(intake.new)} new mentions, "
        f"{len(intake.changes)} changed, {len(intake.unmatched)} name no brand{more}. "
        "Nothing was kept.",
    )


def _report(name: str, total: Recorded) -> None:
    say(
        out(),
        f"{name}: {total.seen} posts seen = {total.new} new + {total.known} known + "
        f"{total.unmatched} naming no brand + {total.set_aside} set aside; "
        f"{total.mentions} mentions, {total.opened} of them open",
    )


def _pairs(option: str, given: list[str] | None, example: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in given or ()]
    for name, mark, _ in pairs:
        if not mark:
            fail(f"{option} {name}: write it as in {example}", Exit.WRONG_CONFIG)
    return {name: value for name, _, value in pairs}


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        fail(f"--since {text}: write a day as 2026-11-01", Exit.WRONG_CONFIG)


def _validate(watch: "Watch") -> None:
    """End before anything is kept: a slip of the hand is no paused source."""
    try:
        if isinstance(watch.connector, Validator):
            watch.connector.validate()
    except ConnectorError as e:
        fail(str(e), Exit.UNREACHABLE)


def _file_source(file: Path, settings: dict[str, Any]) -> FileSource:
    given = {
        "type": "file",
        "name": f"import:{file.name}",
        "settle": timedelta(microseconds=1),
        **settings,
    }
    try:
        return FileSource.model_validate(given)
    except ValidationError as e:
        fail(wrong_option(e, settings), Exit.WRONG_CONFIG)
