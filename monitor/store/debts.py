"""What every change owes: its event, the card its new state, the operator a word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from monitor.models import (
    Delivery,
    Event,
    Mention,
    Outbox,
    OutboxKind,
    ReplyRow,
    ReplyState,
    Status,
)
from monitor.rules.text import harmless
from monitor.store.database import insert_into

TOLD = (ReplyState.AWAITING, ReplyState.SENT, ReplyState.REFUSED)
"""States of a reply that its thread is told of."""


@dataclass(frozen=True, slots=True)
class Change:
    """New values for a mention we know, valid only if it is still at `rev`.

    A quiet one is no news: it leaves no event and owes no card.
    """

    mention_id: int
    rev: int
    values: Mapping[str, Any]
    what: str
    old: str | None
    new: str
    reason: str
    actor: str
    is_quiet: bool = False
    was: Mapping[str, Any] | None = None


def apply_change(session: Session, change: Change, now: datetime) -> bool:
    """Apply a change and what it owes; False: the mention is no longer at `rev`."""
    done = session.execute(
        update(Mention)
        .where(col(Mention.id) == change.mention_id, col(Mention.rev) == change.rev)
        .values(**change.values, rev=change.rev + 1)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    if not change.is_quiet:
        add_event(session, change, now)
        owe_card(session, change, now)
    return True


def add_event(session: Session, change: Change, now: datetime) -> None:
    session.add(
        Event(
            mention_id=change.mention_id,
            at=now,
            actor=change.actor,
            what=change.what,
            old=change.old,
            new=change.new,
            reason=change.reason,
            was=dict(change.was) if change.was else None,
        )
    )


def owe_card(session: Session, change: Change, now: datetime) -> None:
    """Owe the card its new state; the sender shows the row as it then is.

    A mention that opens for the first time, or again after its card was found
    unneeded, is owed the card itself.
    """
    row = {
        "mention_id": change.mention_id,
        "body": {},
        "created_at": now,
        "due_at": now,
    }
    if change.new == Status.OPEN.value:
        alert = insert_into(session, Outbox).values(
            post_key=f"alert:{change.mention_id}", kind=OutboxKind.ALERT, **row
        )
        session.execute(
            alert.on_conflict_do_update(
                index_elements=["post_key"],
                set_={"state": Delivery.QUEUED, "due_at": now, "error": ""},
                where=col(Outbox.state) == Delivery.DROPPED,
            )
        )
    key = f"update:{change.mention_id}:{change.rev + 1}"
    update_row = insert_into(session, Outbox).values(
        post_key=key, kind=OutboxKind.UPDATE, **row
    )
    session.execute(update_row.on_conflict_do_nothing())


def owe_notice(session: Session, post_key: str, text: str, now: datetime) -> None:
    """Owe the operator a word, once per `post_key`.

    It may quote a platform's answer or a file's name: strangers' words.
    """
    session.execute(
        insert_into(session, Outbox)
        .values(
            post_key=post_key,
            kind=OutboxKind.NOTICE,
            body={"text": harmless(text)},
            created_at=now,
            due_at=now,
        )
        .on_conflict_do_nothing()
    )


def owe_note(
    session: Session,
    post_key: str,
    mention_id: int,
    body: Mapping[str, Any],
    now: datetime,
) -> None:
    """Owe the thread of a mention's card a word, once per `post_key`."""
    session.execute(
        insert_into(session, Outbox)
        .values(
            post_key=post_key,
            kind=OutboxKind.NOTE,
            mention_id=mention_id,
            body=dict(body),
            created_at=now,
            due_at=now,
        )
        .on_conflict_do_nothing()
    )


def owe_reply_note(session: Session, reply: ReplyRow, now: datetime) -> None:
    """Owe the thread a word on a reply, if it stands where people want to know."""
    if reply.state in TOLD:
        body = {"what": "reply", "reply": reply.id, "state": reply.state}
        key = f"note:reply:{reply.id}:{reply.state}"
        owe_note(session, key, reply.mention_id, body, now)
