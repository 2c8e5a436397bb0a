"""What `everyreply digest` does, and the mentions behind a figure of a digest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console

from monitor.app import utc_now
from monitor.cli.common import (
    Exit,
    Opened,
    fail,
    known_brand,
    opened,
    out,
    print_json,
    say,
)
from monitor.config import Brand
from monitor.digest import findings, words
from monitor.digest.build import Question, build
from monitor.digest.definitions import DEFINITIONS
from monitor.digest.export import as_json
from monitor.digest.files import Made, make
from monitor.digest.period import Period, day_of, last_week, read_week
from monitor.digest.publish import AlreadySent, Publisher
from monitor.digest.report import Report
from monitor.digest.trace import kinds, trace
from monitor.models import Mention
from monitor.store import Filter


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options ask for, as they were typed."""

    brand: str | None
    week: str | None
    first: str | None = None
    last: str | None = None


def print_digests(
    config: Path, wanted: Wanted, folder: Path | None, *, send: bool, as_json_: bool
) -> None:
    """Make each digest that is wanted, and say what it says, or print its JSON."""
    with opened(config, needs_secrets=send) as here:
        asked = _asked(here, wanted)
        if as_json_:
            print_json([as_json(build(question)) for question in asked])
            return
        for question in asked:
            made = _send(here, question) if send else _made(here, question, folder)
            tell(out(), made)


def _asked(here: Opened, wanted: Wanted) -> list[Question]:
    known_brand(here.config, wanted.brand)
    return [
        Question(here.store, here.config, one, period(one, wanted), utc_now())
        for one in here.config.brands
        if one.name == wanted.brand or (wanted.brand is None and one.reply)
    ]


def period(brand: Brand, wanted: Wanted) -> Period:
    """Return the period that the options name, in the brand's zone, or end."""
    week, first, last = wanted.week, wanted.first, wanted.last
    if week and (first or last):
        fail("give --week, or --from and --to, not both", Exit.WRONG_CONFIG)
    try:
        if week:
            return read_week(week, brand.time_zone)
        if not (first or last):
            return last_week(utc_now(), brand.time_zone)
        if not (first and last):
            fail("--from and --to go together: give both", Exit.WRONG_CONFIG)
        return Period(_day("--from", first), _day("--to", last), brand.time_zone)
    except ValueError as e:
        fail(str(e), Exit.WRONG_CONFIG)


def behind(
    here: Opened, like: str, brand: str | None, week: str | None
) -> Iterator[Mention]:
    """Yield the mentions behind a figure of the digest, oldest first, or end."""
    known_brand(here.config, brand)
    answered = [one for one in here.config.brands if one.reply]
    one = here.config.brand(brand) if brand else answered[0] if answered else None
    if one is None or (brand is None and len(answered) > 1):
        fail("--like-digest needs --brand: a digest is of one brand", Exit.WRONG_CONFIG)
    when = period(one, Wanted(brand, week))
    asked = Question(here.store, here.config, one, when, utc_now())
    try:
        ids = trace(asked, _like_of(asked, like))
    except ValueError as e:
        fail(f"--like-digest: {e}", Exit.WRONG_CONFIG)
    yield from here.store.mentions.some(ids)


def _like_of(asked: Question, name: str) -> str:
    """Return what a figure's name in docs/metrics.md stands for, if it is one."""
    if name in kinds() or name not in DEFINITIONS:
        return name
    number = build(asked, with_themes=False).numbers().get(name)
    return number.like if number and number.like else name


def show_sample(here: Opened, folder: Path) -> None:
    """Make the digest of the demo's last seven days, in a folder that stays."""
    brand = here.config.brands[0]
    posted = [one.posted_at for one in here.store.mentions.each(Filter())]
    last = day_of(max(posted, default=utc_now()), brand.time_zone)
    week = Period(last - timedelta(days=6), last, brand.time_zone)
    asked = Question(here.store, here.config, brand, week, utc_now())
    try:
        tell(out(), make(asked, folder / "everyreply-demo"))
    except OSError as e:
        say(out(), f"the digest's files cannot be written here: {e}", "yellow")


def tell(console: Console, made: Made) -> None:
    """Print what a digest says, and where it lies."""
    console.print()
    say(console, f"{made.report.brand}, {words.title(made.report.period)}", "bold")
    for line in lines(made.report):
        say(console, f"  {line}")
    say(console, f"  {made.html}", "cyan")
    say(console, f"  {made.csv}", "cyan")


def lines(report: Report) -> Sequence[str]:
    return [
        findings.headline(report),
        *report.notes,
        *(f"- {one}" for one in findings.findings(report)),
    ]


def _made(here: Opened, question: Question, folder: Path | None) -> Made:
    where = folder or Path(here.config.digest.out)
    try:
        return make(question, where)
    except OSError as e:
        fail(f"{where} cannot be written: {e}; choose another --out", Exit.UNREACHABLE)


def _send(here: Opened, question: Question) -> Made:
    publisher = Publisher(here.store, here.config, utc_now)
    try:
        made = publisher.publish(question.brand, question.period)
    except AlreadySent as e:
        fail(str(e), Exit.NO)
    except OSError as e:
        fail(f"{here.config.digest.out} cannot be written: {e}", Exit.UNREACHABLE)
    publisher.mail()
    say(out(), "Slack gets it while `everyreply run` runs", "dim")
    return made


def _day(option: str, text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise ValueError(f"{option} {text}: write a day as 2026-11-01") from None
