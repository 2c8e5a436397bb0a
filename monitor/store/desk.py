"""What people do with open mentions: one step at a time, and the questions they ask."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from monitor.models import Mention, Outbox, OutboxKind, Status
from monitor.rules.declined import Declined
from monitor.rules.work import Rule, Step, woken
from monitor.store.database import Database
from monitor.store.debts import Change, add_event, owe_card, owe_note


class DeskRows:
    """Claims, snoozes and the like, and whose work is what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def step(self, mention_id: int, rule: Rule, now: datetime) -> Mention:
        """Do what a rule says of the mention as it now is; return it as it then is.

        Of two people who press at once the second sees what the first did.

        Raises:
            Declined: what the rule says against it; nothing is changed.
            LookupError: there is no such mention.
        """
        with self._database.write() as session:
            mention = session.get(Mention, mention_id, with_for_update=True)
            if mention is None:
                raise LookupError(f"there is no mention {mention_id}")
            try:
                step = rule(mention)
            except Declined:
                session.expunge(mention)  # a rollback would empty what we tell of it
                raise
            if any(getattr(mention, name) != v for name, v in step.values.items()):
                _take(session, mention, step, now)
            session.refresh(mention)
            session.expunge(mention)
            return mention

    def wake(self, now: datetime) -> int:
        """End the snoozes whose time has come; return how many."""
        query = select(Mention.id).where(
            Mention.status == Status.OPEN, col(Mention.snoozed_until) <= now
        )
        with self._database.read() as session:
            due = [number for number in session.exec(query).all() if number]
        return sum(self._wake(number, now) for number in due)

    def mine(self, who: str, limit: int = 20) -> Sequence[Mention]:
        """Return the open work of a person, soonest due first."""
        return self._open(col(Mention.assignee) == who, limit)

    def unassigned(self, limit: int = 10) -> Sequence[Mention]:
        """Return open mentions that nobody has, soonest due first."""
        return self._open(col(Mention.assignee).is_(None), limit)

    def overdue(self, now: datetime, limit: int = 10) -> Sequence[Mention]:
        """Return open mentions whose deadline is past, longest overdue first."""
        return self._open(col(Mention.due_at) < now, limit)

    def note(self, post_key: str) -> Outbox | None:
        """Return a note that is, or was, owed to a card's thread."""
        query = select(Outbox).where(
            Outbox.post_key == post_key, Outbox.kind == OutboxKind.NOTE
        )
        with self._database.read() as session:
            return session.exec(query).first()

    def _wake(self, mention_id: int, now: datetime) -> bool:
        try:
            self.step(mention_id, woken(now), now)
        except Declined:  # somebody was faster
            return False
        return True

    def _open(self, condition: object, limit: int) -> Sequence[Mention]:
        query = (
            select(Mention)
            .where(Mention.status == Status.OPEN, condition)  # type: ignore[arg-type]
            .order_by(col(Mention.due_at), col(Mention.id))
            .limit(limit)
        )
        with self._database.read() as session:
            return session.exec(query).all()


def _take(session: Session, mention: Mention, step: Step, now: datetime) -> None:
    status, number = mention.status.value, mention.id or 0
    change = Change(
        mention_id=number,
        rev=mention.rev,
        values=step.values,
        what=step.what,
        old=status,
        new=status,
        reason=step.reason,
        actor=step.actor,
    )
    session.execute(
        update(Mention)
        .where(col(Mention.id) == number)
        .values(**step.values, rev=mention.rev + 1)
        .execution_options(synchronize_session=False)
    )
    add_event(session, change, now)
    owe_card(session, change, now)
    if step.note:
        key = f"note:{number}:{mention.rev + 1}"
        owe_note(session, key, number, step.note, now)
