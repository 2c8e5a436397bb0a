"""Reply rows: submitted once, claimed by one, and settled with their mention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, update
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col, select

from monitor.models import Mention, ReplyRow, ReplyState, Status
from monitor.rules.declined import Declined
from monitor.rules.outcome import Outcome, moves, submitted
from monitor.store.database import Database
from monitor.store.debts import (
    Change,
    add_event,
    owe_card,
    owe_notice,
    owe_reply_note,
)
from monitor.store.moves import Overtaken

UNDER_WAY = (ReplyState.AWAITING, ReplyState.QUEUED, ReplyState.SENDING)
WORDS = {
    ReplyState.AWAITING: "awaits approval",
    ReplyState.QUEUED: "is on its way",
    ReplyState.SENDING: "is being sent",
    ReplyState.SENT: "is out already",
    ReplyState.REFUSED: "was refused already",
    ReplyState.WITHDRAWN: "is withdrawn already",
}


class UnderWay(Overtaken):
    """Somebody else's reply to this mention is on its way, or awaits approval."""

    def __init__(self, mention: Mention, reply: ReplyRow) -> None:
        super().__init__(mention)
        words = WORDS[ReplyState(reply.state)]
        said = f"a reply by {reply.author} to mention {mention.id} {words}"
        self.args = (said,)
        self.reply = reply


class Settled(Declined):
    """A reply is past what was asked of it; the message says where it stands."""

    def __init__(self, reply: ReplyRow) -> None:
        words = WORDS[ReplyState(reply.state)]
        super().__init__(f"reply {reply.id} by {reply.author} {words}")
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier mention of an author, with what we answered it."""

    mention: Mention
    replies: Sequence[ReplyRow]


class ReplyRows:
    """What people submitted as answers, and where each stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(
        self, mention_id: int, text: str, author: str, now: datetime, *, awaits: bool
    ) -> ReplyRow:
        """Keep a reply and take its mention from open to sending, or have it wait for
        approval.

        Raises:
            Overtaken: the mention is no longer open, or somebody else's reply to it is
                under way.
            LookupError: there is no such mention.
        """
        with self._database.write() as session:
            mention = _lock(session, mention_id)
            _check_free(session, mention)
            row = ReplyRow(
                mention_id=mention_id,
                text=text,
                author=author,
                seen=mention.owner_reply,
                state=ReplyState.AWAITING if awaits else ReplyState.QUEUED,
                created_at=now,
                due_at=now,
            )
            session.add(row)
            session.flush()
            _change(session, mention, submitted(row), now)
            owe_reply_note(session, row, now)
        return row

    def decide(
        self, seen: ReplyRow, outcome: Outcome, now: datetime, *, to_send: bool = False
    ) -> ReplyRow:
        """Change a reply that nobody has sent yet, as a person decided.

        `seen` is the row they decided on; `to_send` needs a mention that is open.

        Raises:
            Settled: it went on meanwhile.
            Overtaken: the mention was closed meanwhile.
        """
        with self._database.write() as session:
            mention = _lock(session, seen.mention_id)
            if to_send and mention.status is not Status.OPEN:
                session.expunge(mention)
                raise Overtaken(mention)
            if not _set(session, seen, ReplyState(seen.state), outcome.row):
                raise Settled(_copy(session, seen))
            _change(session, mention, outcome, now)
            decided = _copy(session, seen)
            owe_reply_note(session, decided, now)
            return decided

    def answered(self, mention_id: int, outcome: Outcome, now: datetime) -> None:
        """Close a mention that a person answered by hand. A reply that awaits approval
        is withdrawn with it.

        Raises:
            Overtaken: it is no longer open, or a reply is on its way.
            LookupError: there is no such mention.
        """
        with self._database.write() as session:
            mention = _lock(session, mention_id)
            reply = _under_way(session, mention_id)
            if reply and reply.state == ReplyState.AWAITING:
                said = {
                    "state": ReplyState.WITHDRAWN,
                    "error": f"{outcome.actor} answered by hand",
                }
                _set(session, reply, ReplyState.AWAITING, said)
            _check_free(session, mention)
            _change(session, mention, outcome, now)

    def check_free(self, mention_id: int) -> Mention:
        """Return a mention that a reply may be written to.

        Raises:
            Overtaken: it is no longer open, or a reply is under way.
            LookupError: there is no such mention.
        """
        with self._database.read() as session:
            mention = session.get(Mention, mention_id)
            if mention is None:
                raise LookupError(f"there is no mention {mention_id}")
            _check_free(session, mention)
            return mention

    def get(self, reply_id: int) -> ReplyRow | None:
        with self._database.read() as session:
            return session.get(ReplyRow, reply_id)

    def of(self, mention_id: int) -> Sequence[ReplyRow]:
        """Return every reply submitted to a mention, newest first."""
        query = select(ReplyRow).where(ReplyRow.mention_id == mention_id)
        with self._database.read() as session:
            return session.exec(query.order_by(col(ReplyRow.id).desc())).all()

    def under_way(self) -> Sequence[tuple[ReplyRow, str]]:
        """Return every reply that has not ended, with its source, oldest first."""
        return self._with_source(col(ReplyRow.state).in_(UNDER_WAY))

    def refused(self, since: datetime) -> Sequence[tuple[ReplyRow, str]]:
        """Return what was submitted since then and refused, with its source."""
        is_refused = col(ReplyRow.state) == ReplyState.REFUSED
        return self._with_source(and_(is_refused, col(ReplyRow.created_at) >= since))

    def _with_source(self, which: ColumnElement[bool]) -> list[tuple[ReplyRow, str]]:
        query = (
            select(ReplyRow, Mention.source)
            .join(Mention, col(ReplyRow.mention_id) == col(Mention.id))
            .where(which)
            .order_by(col(ReplyRow.id))
        )
        with self._database.read() as session:
            return [(row, source) for row, source in session.exec(query)]

    def due_sources(self, now: datetime) -> Sequence[str]:
        """Return the sources that replies wait for."""
        query = (
            select(Mention.source)
            .join(ReplyRow, col(ReplyRow.mention_id) == col(Mention.id))
            .where(ReplyRow.state == ReplyState.QUEUED, ReplyRow.due_at <= now)
        )
        with self._database.read() as session:
            return session.exec(query.distinct().order_by(Mention.source)).all()

    def due(self, source: str, now: datetime, limit: int) -> Sequence[ReplyRow]:
        """Return what should be sent there now, longest waiting first."""
        query = (
            select(ReplyRow)
            .join(Mention, col(ReplyRow.mention_id) == col(Mention.id))
            .where(
                Mention.source == source,
                ReplyRow.state == ReplyState.QUEUED,
                ReplyRow.due_at <= now,
            )
            .order_by(col(ReplyRow.due_at), col(ReplyRow.id))
            .limit(limit)
        )
        with self._database.read() as session:
            return session.exec(query).all()

    def claim(self, row: ReplyRow, now: datetime) -> bool:
        """Take a queued row for ourselves; False: somebody else has it.

        Whatever is said of the row later counts only as long as no one else has
        claimed it since: `attempts` is the number of the claim.
        """
        claim = row.attempts + 1
        values = {
            "state": ReplyState.SENDING,
            "attempt_at": now,
            "attempts": claim,
            "error": "",
        }
        with self._database.write() as session:
            taken = _set(session, row, ReplyState.QUEUED, values)
        if taken:
            row.state, row.attempts = ReplyState.SENDING, claim
            row.attempt_at, row.error = now, ""
        return taken

    def renew(self, row: ReplyRow, now: datetime) -> bool:
        """Start our claim's time anew, right before we speak; False: it is lost."""
        kept = self.note(row, attempt_at=now)
        if kept:
            row.attempt_at = now
        return kept

    def note(self, row: ReplyRow, **values: object) -> bool:
        """Note something on a row that we claimed."""
        with self._database.write() as session:
            return _set(session, row, ReplyState.SENDING, values)

    def requeue(self, row: ReplyRow, due_at: datetime, error: str) -> bool:
        """Give back a row that surely was not sent."""
        return self.note(row, state=ReplyState.QUEUED, due_at=due_at, error=error)

    def postpone(self, source: str, until: datetime) -> None:
        """Let every queued reply of a source wait that long, as it asked us to."""
        here = select(Mention.id).where(Mention.source == source)
        with self._database.write() as session:
            session.execute(
                update(ReplyRow)
                .where(
                    col(ReplyRow.state) == ReplyState.QUEUED,
                    col(ReplyRow.due_at) < until,
                    col(ReplyRow.mention_id).in_(here),
                )
                .values(due_at=until)
            )

    def hurry(self, now: datetime, late: datetime) -> None:
        """Try at once what was to wait until after `late`."""
        with self._database.write() as session:
            session.execute(
                update(ReplyRow)
                .where(
                    col(ReplyRow.state) == ReplyState.QUEUED,
                    col(ReplyRow.due_at) > late,
                )
                .values(due_at=now)
            )

    def settle(self, row: ReplyRow, outcome: Outcome, now: datetime) -> bool:
        """End a row that we claimed, and move its mention with it, in one transaction.

        False: somebody else has claimed it since, and nothing is changed.
        """
        with self._database.write() as session:
            mention = _lock(session, row.mention_id)
            if not _set(session, row, ReplyState.SENDING, outcome.row):
                return False
            _change(session, mention, outcome, now)
            owe_reply_note(session, _copy(session, row), now)
            if outcome.notice:
                owe_notice(session, f"reply:{row.id}:ended", outcome.notice, now)
            return True

    def unclear(self, before: datetime, now: datetime) -> Sequence[ReplyRow]:
        """Return rows claimed before then, whose outcome nobody noted and whose next
        look-up is due."""
        query = select(ReplyRow).where(
            ReplyRow.state == ReplyState.SENDING,
            col(ReplyRow.attempt_at) <= before,
            ReplyRow.due_at <= now,
        )
        with self._database.read() as session:
            return session.exec(query.order_by(col(ReplyRow.attempt_at))).all()

    def history(self, platform: str, author: str, limit: int) -> Sequence[Exchange]:
        """Return earlier mentions of an author with our replies, newest first."""
        mine = (
            select(Mention)
            .where(Mention.platform == platform, Mention.author == author)
            .order_by(col(Mention.found_at).desc(), col(Mention.id).desc())
            .limit(limit)
        )
        with self._database.read() as session:
            mentions = session.exec(mine).all()
            replies = session.exec(
                select(ReplyRow)
                .where(
                    col(ReplyRow.mention_id).in_([one.id for one in mentions]),
                    ReplyRow.state == ReplyState.SENT,
                )
                .order_by(col(ReplyRow.id).desc())
            ).all()
        return [
            Exchange(one, [row for row in replies if row.mention_id == one.id])
            for one in mentions
        ]


def _lock(session: Session, mention_id: int) -> Mention:
    """Return the mention, ours until the end of the transaction.

    Always before its reply row: two who take both in one order never wait for one
    another.
    """
    mention = session.get(Mention, mention_id, with_for_update=True)
    if mention is None:
        raise LookupError(f"there is no mention {mention_id}")
    return mention


def _copy(session: Session, row: ReplyRow) -> ReplyRow:
    """Return the row as it now is; a rollback would empty one of the session's."""
    fresh = session.get_one(ReplyRow, row.id, populate_existing=True)
    session.expunge(fresh)
    return fresh


def _under_way(session: Session, mention_id: int) -> ReplyRow | None:
    query = select(ReplyRow).where(
        ReplyRow.mention_id == mention_id, col(ReplyRow.state).in_(UNDER_WAY)
    )
    return session.exec(query).first()


def _check_free(session: Session, mention: Mention) -> None:
    reply = _under_way(session, mention.id or 0)
    if reply is None and mention.status is Status.OPEN:
        return
    session.expunge(mention)  # a rollback would empty what we tell of it
    if reply is None:
        raise Overtaken(mention)
    session.expunge(reply)
    raise UnderWay(mention, reply)


def _set(
    session: Session, row: ReplyRow, seen: ReplyState, values: Mapping[str, Any]
) -> bool:
    done = session.execute(
        update(ReplyRow)
        .where(
            col(ReplyRow.id) == row.id,
            col(ReplyRow.state) == seen,
            col(ReplyRow.attempts) == row.attempts,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _change(
    session: Session, mention: Mention, outcome: Outcome, now: datetime
) -> None:
    """Move the mention as the outcome says, tell it, and owe the card its new state."""
    goes = moves(mention, outcome)
    to = outcome.to if goes else mention.status
    change = Change(
        mention_id=mention.id or 0,
        rev=mention.rev,
        values={**outcome.values, "status": to} if goes else {},
        what="reply",
        old=mention.status.value,
        new=to.value,
        reason=outcome.reason,
        actor=outcome.actor,
    )
    session.execute(
        update(Mention)
        .where(col(Mention.id) == mention.id)
        .values(**change.values, rev=mention.rev + 1)
        .execution_options(synchronize_session=False)
    )
    add_event(session, change, now)
    owe_card(session, change, now)
