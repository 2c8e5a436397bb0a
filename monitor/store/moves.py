"""Changes of one mention's status, by people or by us: compare, set, and tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from monitor.models import Mention, Status
from monitor.rules.declined import Declined
from monitor.rules.status import CLOSED, check_move
from monitor.store.database import Database
from monitor.store.debts import Change, add_event, owe_card


class Overtaken(Declined):
    """Somebody else changed the mention first; `status` is what it is now."""

    def __init__(self, mention: Mention) -> None:
        who = mention.closed_by or mention.answered_by or mention.assignee
        by = f" by {who}" if who else ""
        super().__init__(f"mention {mention.id} is already {mention.status}{by}")
        self.mention = mention


@dataclass(frozen=True, slots=True)
class Move:
    """A change of status that a named actor asks for, with a reason.

    `due_at` is the new deadline of a mention that opens again.
    """

    to: Status
    actor: str
    reason: str
    note: str = ""
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        if not (self.actor.strip() and self.reason.strip()):
            raise ValueError("a change needs an actor and a reason")


def move(
    database: Database, mention_id: int, seen: Status, wanted: Move, now: datetime
) -> None:
    """Move a mention from the status the actor saw to the one they want.

    Raises:
        IllegalMove: that status cannot follow.
        Overtaken: the mention is no longer as the actor saw it.
        LookupError: there is no such mention.
        ValueError: it would be open without a deadline.
    """
    check_move(seen, wanted.to)
    with database.write() as session:
        # Locked: of two people who act at once the second must see the first.
        mention = session.get(Mention, mention_id, with_for_update=True)
        if mention is None:
            raise LookupError(f"there is no mention {mention_id}")
        if mention.status is not seen:
            session.expunge(mention)  # a rollback would empty what we tell of it
            raise Overtaken(mention)
        if wanted.to is Status.OPEN and not (wanted.due_at or mention.due_at):
            raise ValueError("a mention that opens again needs a deadline")
        change = Change(
            mention_id=mention_id,
            rev=mention.rev,
            values=_values(wanted, now),
            what="status",
            old=seen.value,
            new=wanted.to.value,
            reason="; ".join(filter(None, (wanted.reason, wanted.note))),
            actor=wanted.actor,
        )
        session.execute(
            update(Mention)
            .where(col(Mention.id) == mention_id)
            .values(**change.values, rev=mention.rev + 1)
        )
        add_event(session, change, now)
        owe_card(session, change, now)


def _values(wanted: Move, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "status": wanted.to,
        "reason": wanted.reason,
        "note": wanted.note,
    }
    closed = wanted.to in CLOSED
    values |= {
        "closed_at": now if closed else None,
        "closed_by": wanted.actor if closed else None,
    }
    if wanted.to is Status.ANSWERED:
        values |= {"answered_at": now, "answered_by": wanted.actor}
    if wanted.to is Status.OPEN:
        values |= {"answered_at": None, "answered_by": None, "recheck_at": None}
        # It was snoozed with another deadline in mind.
        values |= {"snoozed_until": None}
        values |= {"due_at": wanted.due_at} if wanted.due_at else {}
    return values
