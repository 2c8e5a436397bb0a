"""Answers of the brand's own accounts: kept, and laid to the posts they answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, tuple_, update
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col

from connectors import Cursor, OwnerReply, OwnReply
from monitor.models import (
    SYSTEM,
    Checkpoint,
    Errand,
    Mention,
    OwnReplyRow,
    ReplyRow,
    ReplyState,
    Status,
)
from monitor.rules.answer import Update, noticed
from monitor.rules.text import fit, text_hash
from monitor.store.database import Database, insert_into
from monitor.store.debts import Change, apply_change
from monitor.store.inserts import insert_rows
from monitor.store.mentions import chunks

PostKey = tuple[str, str]
KEY = ("platform", "post_id", "reply_id")


@dataclass(frozen=True, slots=True)
class Own:
    """An answer of the brand's, and the platform it stands on."""

    platform: str
    answer: OwnReply

    @property
    def post_key(self) -> PostKey:
        return self.platform, fit(self.answer.post_id)


class OwnReplies:
    """What the brand's accounts answered by themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, errand: Errand, cursor: Cursor, own: Sequence[Own], now: datetime
    ) -> int:
        """Keep a page of answers, what they close, and the cursor, all or nothing.

        Return how many mentions changed.
        """
        with self._database.write() as session:
            lock_source(session, errand.source, now)
            keep_own(session, errand.source, own, now)
            changed = settle(session, errand.source, own, now)
            row = session.get(Errand, (errand.source, errand.job)) or errand
            row.cursor = dict(cursor)
            session.add(row)
        return changed

    def named(self, mention: Mention, reply: OwnerReply) -> OwnerReply:
        """Return an answer with the person who gave it from here, for another brand."""
        with self._database.read() as session:
            return named(session, mention, reply)

    def of(self, posts: Collection[PostKey]) -> Mapping[PostKey, OwnerReply]:
        """Return the newest answer to each of these posts that has one."""
        with self._database.read() as session:
            return owned(session, posts)


def lock_source(session: Session, source: str, now: datetime) -> None:
    """Let nobody else record what this source brings until we are done.

    So an answer and the post it answers cannot pass each other by unseen.
    """
    session.execute(
        insert_into(session, Checkpoint)
        .values(source=source, next_poll_at=now, version=0)
        .on_conflict_do_nothing()
    )
    here = col(Checkpoint.source) == source
    session.execute(select(col(Checkpoint.source)).where(here).with_for_update())


def keep_own(session: Session, source: str, own: Sequence[Own], now: datetime) -> None:
    """Keep answers as they now are; one that no database takes is left out."""
    rows = {_key(row): row for row in (_row(source, one, now) for one in own)}
    new, bad = insert_rows(session, OwnReplyRow, list(rows.values()), KEY)
    for key in rows.keys() - {tuple(one) for one in new} - {_key(r) for r, _ in bad}:
        told = {name: rows[key][name] for name in ("text", "author", "url")}
        session.execute(
            update(OwnReplyRow)
            .where(tuple_(*(col(getattr(OwnReplyRow, name)) for name in KEY)) == key)
            .values(**told, posted_at=rows[key]["posted_at"])
        )


def settle(session: Session, source: str, own: Sequence[Own], now: datetime) -> int:
    """Lay answers to the mentions of their posts; return how many changed.

    Open mentions with an answer of this source's come up each time: the post may have
    come by another source meanwhile, or our own reply to it may have failed.
    """
    is_open = and_(
        col(OwnReplyRow.source) == source, col(Mention.status) == Status.OPEN
    )
    pairs = _pairs(session, is_open)
    for some in chunks({one.post_key for one in own}):
        pairs += [pair for pair in _pairs(session, _posts(some)) if pair not in pairs]
    changed = set()
    for row, mention in sorted(pairs, key=lambda pair: pair[0].posted_at):
        ours = _is_ours(session, row, mention)
        reply = named(session, mention, _reply(row))
        update = noticed(mention, reply, now, is_ours=ours)
        if update and apply_change(session, _change(mention, update), now):
            session.refresh(mention)
            changed.add(mention.id)
    return len(changed)


def named(session: Session, mention: Mention, reply: OwnerReply) -> OwnerReply:
    """Return an answer with the person who gave it from here for another brand that
    the post names too, if one did: to all others it is a colleague's of ours."""
    is_it = col(ReplyRow.text) == reply.text
    if reply.id is not None:
        is_it = or_(col(ReplyRow.ref) == reply.id, is_it)
    query = (
        select(col(ReplyRow.author), col(Mention.brand))
        .join(Mention, col(Mention.id) == col(ReplyRow.mention_id))
        .where(
            col(Mention.platform) == mention.platform,
            col(Mention.post_id) == mention.post_id,
            col(Mention.id) != mention.id,
            col(ReplyRow.state) == ReplyState.SENT,
            is_it,
        )
    )
    found = session.execute(query.limit(1)).first()
    return replace(reply, author=f"{found[0]} (for {found[1]})") if found else reply


def owned(session: Session, posts: Collection[PostKey]) -> Mapping[PostKey, OwnerReply]:
    """Return the newest answer to each of these posts that has one."""
    found: dict[PostKey, OwnerReply] = {}
    for some in chunks(posts):
        query = select(OwnReplyRow).where(_posts(some))
        for row in session.scalars(query.order_by(col(OwnReplyRow.posted_at))):
            found[row.platform, row.post_id] = _reply(row)
    return found


def _pairs(
    session: Session, which: ColumnElement[bool]
) -> list[tuple[OwnReplyRow, Mention]]:
    """Return answers with the mentions of the post they answer, those locked."""
    query = (
        select(OwnReplyRow, Mention)
        .join(
            Mention,
            (col(Mention.platform) == col(OwnReplyRow.platform))
            & (col(Mention.post_id) == col(OwnReplyRow.post_id)),
        )
        .where(which)
        .order_by(col(Mention.id))
        .with_for_update(of=Mention)
        .execution_options(populate_existing=True)
    )
    return [(row, mention) for row, mention in session.execute(query)]


def _posts(some: Collection[PostKey]) -> ColumnElement[bool]:
    key = tuple_(col(OwnReplyRow.platform), col(OwnReplyRow.post_id))
    return key.in_(some)


def _is_ours(session: Session, row: OwnReplyRow, mention: Mention) -> bool:
    """Say whether this is a reply that went out from here."""
    query = select(col(ReplyRow.id)).where(
        col(ReplyRow.mention_id) == mention.id,
        col(ReplyRow.state) == ReplyState.SENT,
        or_(col(ReplyRow.ref) == row.reply_id, col(ReplyRow.text) == row.text),
    )
    return session.execute(query.limit(1)).first() is not None


def _change(mention: Mention, update: Update) -> Change:
    return Change(
        mention_id=mention.id or 0,
        rev=mention.rev,
        values=update.values,
        what=update.what,
        old=update.old,
        new=update.new,
        reason=update.reason,
        actor=SYSTEM,
        is_quiet=update.is_quiet,
    )


def _row(source: str, own: Own, now: datetime) -> dict[str, Any]:
    platform, post_id = own.post_key
    reply = own.answer.reply
    return {
        "platform": platform,
        "post_id": post_id,
        "reply_id": fit(reply.id or text_hash(reply.text)),
        "source": source,
        "text": fit(reply.text),
        "author": fit(reply.author) if reply.author else None,
        "url": fit(reply.url) if reply.url else None,
        "posted_at": reply.posted_at,
        "seen_at": now,
    }


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["platform"], row["post_id"], row["reply_id"]


def _reply(row: OwnReplyRow) -> OwnerReply:
    return OwnerReply(
        text=row.text,
        posted_at=row.posted_at,
        id=row.reply_id,
        author=row.author,
        url=row.url,
    )
