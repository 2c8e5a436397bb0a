"""The check command: what is wrong, all of it at once."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.text import Text

from connectors import ConnectorError, Context, Source, Validator
from monitor import app as parts
from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, Exit, out, say
from monitor.config import Config, ConfigErrors
from monitor.store import DatabaseError
from monitor.store.database import explained
from sentiment import ModelError, open_classifier

log = logging.getLogger(__name__)
PROBE = "We love it."


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check."""

    subject: str
    fine: bool
    words: str


def register(app: typer.Typer) -> None:
    app.command()(check)


def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Check config, secrets, database, Slack, model and every source; all at once.

    Example: everyreply check && everyreply run
    """
    findings = list(_findings(config))
    console = out()
    for one in findings:
        mark = Text("ok   ", style="green") if one.fine else Text("FAIL ", style="red")
        say(console, mark + Text(f"{one.subject}: {one.words}"))
    if not all(one.fine for one in findings):
        raise typer.Exit(Exit.NO)


def _findings(path: Path) -> Iterator[Finding]:
    try:
        loaded = parts.read_config(path, needs_secrets=False)
    except ConfigErrors as e:
        for fault in e.faults:
            yield Finding("config", False, str(fault))
        return
    config = loaded.config
    brands, sources = len(config.brands), len(config.sources)
    yield Finding("config", True, f"{brands} brands, {sources} sources")
    for missing in loaded.missing:
        yield Finding("secrets", False, str(missing))
    if not loaded.missing:
        yield Finding("secrets", True, "every ${NAME} is set")
    yield _database(config)
    if not any(fault.path.startswith("slack") for fault in loaded.missing):
        yield from _slack(config)
    with ThreadPoolExecutor() as pool:
        model = pool.submit(_model, config)
        # Without its secrets a source would be asked in the name of nobody.
        whole = [
            source
            for number, source in enumerate(config.sources)
            if not any(
                fault.path.startswith(f"sources[{number}]") for fault in loaded.missing
            )
        ]
        yield from pool.map(lambda source: _source(source, config), whole)
        yield model.result()


def _database(config: Config) -> Finding:
    try:
        with explained(config.database.url):
            store = parts.open_store(config)
            total, overdue, _ = store.mentions.queue_state(parts.utc_now())
            store.close()
    except DatabaseError as e:
        return Finding("database", False, str(e))
    return Finding("database", True, f"{total} open mentions, {overdue} overdue")


def _slack(config: Config) -> Iterator[Finding]:
    """Yield whether Slack is set up; its layouts are left to everyreply slack check."""
    if config.slack is None:
        return
    # slack_sdk is slow to import and only needed here.
    from monitor.slack import check as slack
    from monitor.slack.client import connect

    try:
        for one in slack.check(
            connect(config.slack),
            config,
            config.slack,
            parts.utc_now,
            judges_layouts=False,
        ):
            yield Finding(f"slack {one.subject}", one.fine, one.words)
    except Exception as e:  # one defect must not hide the other findings
        log.exception("checking Slack failed")
        yield _defect("slack", e)


def _model(config: Config) -> Finding:
    try:
        mood = open_classifier(config.sentiment).classify([PROBE])[0]
    except ModelError as e:
        return Finding("model", False, str(e))
    except Exception as e:  # one defect must not hide the other findings
        log.exception("checking the model failed")
        return _defect("model", e)
    return Finding("model", True, f'{mood.model}: "{PROBE}" is {mood.label}')


def _source(source: Source, config: Config) -> Finding:
    name = source.name
    try:
        connector = parts.connector(source, config, Context())
        if not isinstance(connector, Validator):
            return Finding(f"source {name}", True, "nothing to check")
        return Finding(f"source {name}", True, connector.validate())
    except ConnectorError as e:
        return Finding(f"source {name}", False, str(e))
    except Exception as e:  # one defect must not hide the other findings
        log.exception("checking %s failed", name)
        return _defect(f"source {name}", e)


def _defect(subject: str, error: Exception) -> Finding:
    """Report a defect of ours as one finding among the others."""
    return Finding(subject, False, f"a defect ({type(error).__name__}); see the log")
