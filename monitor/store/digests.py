"""The digests we made, and what the sources' own books say of a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, update
from sqlmodel import col, select

from monitor.models import (
    Checkpoint,
    DigestRow,
    DigestState,
    GapRow,
    Outbox,
    OutboxKind,
    SourceDay,
)
from monitor.rules.text import fit
from monitor.store.database import Database, insert_into

EPISODES: Mapping[str, str] = {
    "silent": "silence",
    "failing": "failure",
    "refused": "refusal",
}
"""What a notice's key begins with, and what it tells of a source."""


@dataclass(frozen=True, slots=True)
class Episode:
    """What the operator was told of a source: a silence, a failure or a refusal."""

    kind: str
    source: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class OwedMessage:
    """A message that a digest owes, and the key it goes out under."""

    post_key: str
    body: Mapping[str, Any]


class Digests:
    """Digests made and sent, and questions about the sources of a period."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self, row: DigestRow, owed: Sequence[OwedMessage] = ()
    ) -> DigestRow | None:
        """Keep a digest and what it owes; None: one of that brand and period is kept.

        Of two processes one wins, and its messages are the only ones.
        """
        values = row.model_dump(exclude={"id"})
        with self._database.write() as session:
            statement = insert_into(session, DigestRow).values(**values)
            done = session.execute(
                statement.on_conflict_do_nothing(
                    index_elements=["brand", "first", "last"]
                ).returning(col(DigestRow.id))
            ).scalar_one_or_none()
            for one in owed if done is not None else ():
                session.add(
                    Outbox(
                        post_key=one.post_key,
                        kind=OutboxKind.DIGEST,
                        body=dict(one.body),
                        created_at=row.made_at,
                        due_at=row.made_at,
                    )
                )
        return None if done is None else self.get(done)

    def began_at(self) -> datetime | None:
        """Return when a source first answered us; None: none ever did."""
        query = select(func.min(SourceDay.day))
        with self._database.read() as session:
            day = session.exec(query).one()
        return datetime.fromisoformat(f"{day}T00:00:00+00:00") if day else None

    def to_mail(self, now: datetime) -> Sequence[DigestRow]:
        """Return digests whose e-mail is due and was never begun."""
        query = select(DigestRow).where(
            col(DigestRow.mail_at).is_(None), col(DigestRow.mail_after) <= now
        )
        with self._database.read() as session:
            return session.exec(query.order_by(col(DigestRow.id))).all()

    def cut_off_mail(self, before: datetime) -> Sequence[DigestRow]:
        """Return digests whose e-mail was begun before then and has no end."""
        query = select(DigestRow).where(
            col(DigestRow.mail_at) < before,
            col(DigestRow.mailed_at).is_(None),
            DigestRow.error == "",
        )
        with self._database.read() as session:
            return session.exec(query.order_by(col(DigestRow.id))).all()

    def begin_mail(self, number: int, now: datetime) -> bool:
        """Claim a digest's e-mail; False: it was begun already."""
        return self._set_mail(number, begun=False, mail_at=now)

    def postpone_mail(self, number: int, until: datetime) -> bool:
        """Give back an e-mail that surely did not go out."""
        return self._set_mail(number, begun=True, mail_at=None, mail_after=until)

    def give_up_mail(self, number: int, why: str) -> bool:
        """Note why a begun e-mail is not tried again."""
        return self._set_mail(number, begun=True, error=fit(why))

    def mailed(self, number: int, now: datetime) -> bool:
        return self._set_mail(number, begun=True, mailed_at=now)

    def _set_mail(self, number: int, *, begun: bool, **values: object) -> bool:
        at = col(DigestRow.mail_at)
        with self._database.write() as session:
            done = session.execute(
                update(DigestRow)
                .where(
                    col(DigestRow.id) == number,
                    at.is_not(None) if begun else at.is_(None),
                )
                .values(**values)
            )
            return bool(done.rowcount == 1)  # type: ignore[attr-defined]

    def get(self, number: int) -> DigestRow | None:
        with self._database.read() as session:
            return session.get(DigestRow, number)

    def of(self, brand: str, first: date, last: date) -> DigestRow | None:
        """Return the digest of exactly that period."""
        query = select(DigestRow).where(
            DigestRow.brand == brand, DigestRow.first == first, DigestRow.last == last
        )
        with self._database.read() as session:
            return session.exec(query).one_or_none()

    def last(self, brand: str, before: date) -> DigestRow | None:
        """Return the brand's latest digest of a period that ended before a day."""
        query = (
            select(DigestRow)
            .where(DigestRow.brand == brand, DigestRow.last < before)
            .order_by(col(DigestRow.last).desc(), col(DigestRow.first).desc())
            .limit(1)
        )
        with self._database.read() as session:
            return session.exec(query).one_or_none()

    def unsent(self) -> Sequence[DigestRow]:
        """Return digests that were made and not sent, oldest first."""
        query = select(DigestRow).where(DigestRow.state == DigestState.MADE)
        with self._database.read() as session:
            return session.exec(query.order_by(col(DigestRow.id))).all()

    def settle(self, number: int, sent_at: datetime | None, error: str = "") -> bool:
        """Note when a digest was sent, or (None) why it never will be; once."""
        values: dict[str, Any] = {"state": DigestState.SENT, "sent_at": sent_at}
        if sent_at is None:
            values = {"state": DigestState.FAILED, "error": fit(error)}
        with self._database.write() as session:
            done = session.execute(
                update(DigestRow)
                .where(
                    col(DigestRow.id) == number,
                    col(DigestRow.state) == DigestState.MADE,
                )
                .values(**values)
            )
            return bool(done.rowcount == 1)  # type: ignore[attr-defined]

    def sources(self) -> Sequence[Checkpoint]:
        with self._database.read() as session:
            return session.exec(select(Checkpoint).order_by(Checkpoint.source)).all()

    def begun(self) -> Mapping[str, date]:
        """Return the UTC day on which each source first showed us a post."""
        query = select(SourceDay.source, func.min(SourceDay.day)).group_by(
            SourceDay.source
        )
        with self._database.read() as session:
            return {
                source: date.fromisoformat(day) for source, day in session.exec(query)
            }

    def gaps(self, start: datetime, end: datetime) -> Sequence[GapRow]:
        """Return gaps that overlap a span, or were found in it."""
        begin = func.coalesce(col(GapRow.since), col(GapRow.at))
        finish = func.coalesce(col(GapRow.until), col(GapRow.at))
        query = select(GapRow).where(
            or_(
                (begin < end) & (finish >= start),
                (col(GapRow.at) >= start) & (col(GapRow.at) < end),
            )
        )
        with self._database.read() as session:
            return session.exec(query.order_by(col(GapRow.at))).all()

    def episodes(self, start: datetime, end: datetime) -> Sequence[Episode]:
        """Return what the operator was told of sources in a span, oldest first."""
        found: list[Episode] = []
        with self._database.read() as session:
            for prefix, kind in EPISODES.items():
                # ";" follows ":", so that the key's own index finds them.
                query = select(Outbox).where(
                    Outbox.post_key >= f"{prefix}:",
                    Outbox.post_key < f"{prefix};",
                    Outbox.created_at >= start,
                    Outbox.created_at < end,
                )
                for row in session.exec(query):
                    source = _source(row.post_key)
                    words = str(row.body.get("text", ""))
                    found.append(Episode(kind, source, row.created_at, words))
        return sorted(found, key=lambda one: one.at)


def _source(post_key: str) -> str:
    """Return the source in silent:<source>:<time>; both may hold colons."""
    rest = post_key.partition(":")[2]
    time = rest.find(":20")
    return rest[:time] if time > 0 else rest
