"""One brand and one period, from the store's facts to a `Report`."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor.config import Brand, Config
from monitor.digest import around, trust
from monitor.digest.answering import Answered, Backlog, answering
from monitor.digest.answers import HOUR, Stand, stands
from monitor.digest.around import Counted
from monitor.digest.feelings import Felt, feelings
from monitor.digest.notes import notes
from monitor.digest.period import Period, day_of
from monitor.digest.report import (
    Answering,
    Effects,
    Feelings,
    Late,
    Number,
    Others,
    Report,
    Spikes,
    Themes,
    Trust,
)
from monitor.digest.statistics import BASELINE_DAYS
from monitor.digest.themes import themes
from monitor.models import DigestRow, DigestState
from monitor.store import Span, Store


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked about, and where the facts are. `at`: data as of then."""

    store: Store
    config: Config
    brand: Brand
    period: Period
    at: datetime

    @property
    def span(self) -> Span:
        return span_of(self.brand.name, self.period)

    @property
    def before(self) -> Period:
        return self.period.before

    @property
    def span_before(self) -> Span:
        return span_of(self.brand.name, self.before)

    @property
    def at_before(self) -> datetime:
        """When the period before was as old as this one is now."""
        return self.at - (self.period.end - self.before.end)


def build(asked: Question, *, with_themes: bool = True) -> Report:
    """Read one period and compare it with the one before."""
    first = is_first(asked)
    felt, felt_before = _felt(asked, first=first)
    now = feelings(felt, felt_before)
    counted = _counted(asked)
    found, days = _themes(asked, first=first) if with_themes else (Themes(), {})
    report = Report(
        brand=asked.brand.name,
        period=asked.period,
        before=asked.before,
        as_of=asked.at,
        is_first=first,
        is_quiet=now.counts.total == 0,
        feelings=now,
        themes=found,
        answering=_answering(asked, first=first),
        effects=_effects(asked, first=first),
        others=_others(asked, first=first),
        spikes=_explained(around.spikes(counted), found, days),
        trust=_trust(asked, now, counted, first=first),
    )
    return replace(report, notes=notes(report))


def span_of(brand: str, period: Period) -> Span:
    return Span(brand, period.start, period.end)


def is_first(asked: Question) -> bool:
    """Say whether nothing is known of the period before: there is no digest of an
    earlier period, and no mention from before that period."""
    if asked.store.digests.last(asked.brand.name, asked.period.first):
        return False
    oldest = asked.store.weeks.oldest(asked.brand.name)
    return oldest is None or oldest >= asked.before.start


def stands_of(asked: Question, span: Span, at: datetime) -> list[Stand]:
    """Return how what had to be answered stood at a moment."""
    weeks = asked.store.weeks
    return stands(weeks.cases(span), weeks.steps(span), at)


def row_of(report: Report, now: datetime) -> DigestRow:
    """Return what is kept of a digest: its figures, so that they can be restated."""
    return DigestRow(
        brand=report.brand,
        first=report.period.first,
        last=report.period.last,
        zone=report.period.zone,
        start_at=report.period.start,
        end_at=report.period.end,
        as_of=report.as_of,
        made_at=now,
        state=DigestState.MADE,
        numbers=trust.said(report.numbers()),
    )


def _felt(asked: Question, *, first: bool) -> tuple[Felt, Felt | None]:
    """Count both periods in one question; what is compared only where there is sense."""
    weeks, days = asked.store.weeks, len(asked.before.days)
    starts = (*asked.before.day_starts(), *asked.period.day_starts())
    cells = weeks.cells(asked.brand.name, starts, asked.period.end)
    now = Felt(
        asked.period,
        [replace(cell, day=cell.day - days) for cell in cells if cell.day >= days],
        weeks.stars(asked.span),
        weeks.rating_squares(asked.span),
    )
    if first:
        return now, None
    return now, Felt(
        asked.before,
        [cell for cell in cells if cell.day < days],
        weeks.stars(asked.span_before),
        weeks.rating_squares(asked.span_before),
    )


def _answering(asked: Question, *, first: bool) -> Answering:
    weeks, brand = asked.store.weeks, asked.brand
    return answering(
        Answered(stands_of(asked, asked.span, asked.at), asked.at, brand),
        None if first else _answered_before(asked),
        Backlog(
            weeks.waiting(brand.name, asked.period.end),
            weeks.waiting_before(brand.name, asked.period.start),
            asked.period.start,
        ),
        per_person=asked.config.digest.per_person,
        deadline_hours=asked.config.deadlines.normal / HOUR,
    )


def _answered_before(asked: Question) -> Answered | None:
    """Return how the period before stood at equal age; None: most of its mentions were
    not even found then, as when old posts are imported."""
    weeks, span = asked.store.weeks, asked.span_before
    cases = weeks.cases(span)
    known = stands(cases, weeks.steps(span), asked.at_before)
    if 2 * len(known) < len(cases):
        return None
    return Answered(known, asked.at_before, asked.brand)


def _effects(asked: Question, *, first: bool) -> Effects:
    weeks, now, old = asked.store.weeks, asked.span, asked.span_before
    edits = weeks.edits(asked.brand.name, old.start)
    return around.effects(
        around.changed(edits, now.start, now.end),
        None if first else around.changed(edits, old.start, old.end),
        weeks.returns(now),
        None if first else weeks.returns(old),
    )


def _others(asked: Question, *, first: bool) -> Others:
    watched = [brand.name for brand in asked.config.brands if not brand.reply]
    names = [asked.brand.name, *(n for n in watched if n != asked.brand.name)]
    weeks, now, old = asked.store.weeks, asked.span, asked.span_before
    return around.others(
        names,
        weeks.voices(names, now.start, now.end),
        None if first else weeks.voices(names, old.start, old.end),
    )


def find_themes(asked: Question) -> Themes:
    """Return what the period's texts are about."""
    return _themes(asked, first=is_first(asked))[0]


def _themes(asked: Question, *, first: bool) -> tuple[Themes, Mapping[int, date]]:
    """Return the themes, and the local day of each mention they are made of."""
    now = asked.store.weeks.texts(asked.span)
    before = None if first else asked.store.weeks.texts(asked.span_before)
    zone = asked.period.zone
    days = {one.id: day_of(one.posted_at, zone) for one in now}
    return themes(now, before, ignored_words(asked)), days


def ignored_words(asked: Question) -> list[str]:
    """Return the words that name a brand: they say nothing of what it is about."""
    return [
        word
        for brand in asked.config.brands
        for word in (
            brand.name,
            *brand.keywords,
            *itertools.chain(*brand.handles.values()),
        )
    ]


def _explained(found: Spikes, made: Themes, days: Mapping[int, date]) -> Spikes:
    """Name the theme that most of a spike's day belongs to."""
    spikes = []
    for spike in found.spikes:
        sizes = [
            (sum(days.get(number) == spike.day for number in theme.mentions), theme)
            for theme in made.themes
        ]
        size, theme = max(sizes, key=lambda one: one[0], default=(0, None))
        words = theme.words if theme and size * 4 >= spike.observed else ()
        spikes.append(replace(spike, words=words))
    return replace(found, spikes=spikes)


def _trust(asked: Question, felt: Feelings, counted: Counted, *, first: bool) -> Trust:
    weeks, digests, span = asked.store.weeks, asked.store.digests, asked.span
    lead = counted.days.index(asked.before.first)
    books = trust.Books(
        configured=[source.name for source in asked.config.sources],
        checkpoints=digests.sources(),
        begun=digests.begun(),
        usual={source for day, source, _ in counted.daily if day < lead},
        gaps=digests.gaps(span.start, span.end),
        episodes=digests.episodes(span.start, span.end),
    )
    old = None if first else trust.Labels(*weeks.labels(asked.span_before))
    return trust.trust(
        books,
        (felt, asked.before),
        (trust.Labels(*weeks.labels(span)), old),
        _late(asked),
        weeks.left_out(span),
        weeks.erased(span),
    )


def _late(asked: Question) -> Late | None:
    """Hold the last digest's figures against the same figures now."""
    row = asked.store.digests.last(asked.brand.name, asked.period.first)
    if row is None:
        return None
    period = Period(row.first, row.last, row.zone)
    then = replace(asked, period=period)
    late = asked.store.weeks.late(then.span, row.as_of)
    felt, _ = _felt(then, first=True)
    now = _restatable(feelings(felt, None), _answering(then, first=True))
    return trust.restate(row, late, now)


def _restatable(felt: Feelings, answered: Answering) -> dict[str, Number]:
    sections = (felt, answered)
    found = (getattr(one, name, None) for name in trust.RESTATED for one in sections)
    return {one.name: one for one in found if isinstance(one, Number)}


def _counted(asked: Question) -> Counted:
    """Count days from four weeks before the period before to the period's end."""
    lead = asked.before.first - timedelta(days=BASELINE_DAYS)
    long = Period(lead, asked.period.last, asked.period.zone)
    name, weeks = asked.brand.name, asked.store.weeks
    oldest = weeks.oldest(name)
    return Counted(
        weeks.daily(name, long.day_starts(), long.end),
        long.days,
        asked.period,
        day_of(oldest, long.zone) if oldest else None,
    )
