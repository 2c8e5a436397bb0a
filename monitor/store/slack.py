"""What we keep of Slack: where a message was posted, what was seen, who has what open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select

from monitor.models import OpenModal, SeenEnvelope, SlackPost
from monitor.store.database import Database, insert_into


class SlackRows:
    """Answers outlive the process that asked Slack."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def posting(
        self, post_key: str, channel: str, now: datetime, thread_ts: str | None = None
    ) -> None:
        """Note where a message is about to be posted."""
        where = {"channel": channel, "thread_ts": thread_ts, "at": now}
        with self._database.write() as session:
            row = insert_into(session, SlackPost).values(post_key=post_key, **where)
            session.execute(
                row.on_conflict_do_update(index_elements=["post_key"], set_=where)
            )

    def posted(self, post_key: str) -> SlackPost | None:
        """Return where a message was tried last; None: never."""
        with self._database.read() as session:
            return session.get(SlackPost, post_key)

    def first_sight(self, key: str, now: datetime) -> bool:
        """Note a press or event; False: it was handed over before."""
        with self._database.write() as session:
            row = insert_into(session, SeenEnvelope).values(key=key, at=now)
            new = row.on_conflict_do_nothing().returning(col(SeenEnvelope.key))
            return session.execute(new).first() is not None

    def opened(self, modal: OpenModal) -> Sequence[OpenModal]:
        """Note a modal that a person opened; return those others have open."""
        with self._database.write() as session:
            session.add(modal)
        return self.open_for(modal.mention_id, modal.user_id)

    def open_for(self, mention_id: int, except_user: str = "") -> Sequence[OpenModal]:
        """Return who has this mention open, earliest first."""
        query = select(OpenModal).where(
            OpenModal.mention_id == mention_id, OpenModal.user_id != except_user
        )
        with self._database.read() as session:
            return session.exec(query.order_by(col(OpenModal.opened_at))).all()

    def closed(self, view_id: str) -> None:
        """Note that a modal was submitted or closed."""
        with self._database.write() as session:
            if modal := session.get(OpenModal, view_id):
                session.delete(modal)

    def forget(self, before: datetime) -> None:
        """Delete what no second delivery and no open modal can still need."""
        with self._database.write() as session:
            session.execute(delete(SeenEnvelope).where(col(SeenEnvelope.at) < before))
            session.execute(delete(OpenModal).where(col(OpenModal.opened_at) < before))
