"""What staff said a mention really feels like: kept beside the model's answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from connectors import Kind
from monitor.models import Mention
from monitor.store.database import Database
from monitor.store.debts import Change, add_event, owe_card
from sentiment import Label


@dataclass(frozen=True, slots=True)
class Correction:
    """A mention's text with the label a person gave it, and the model's own."""

    mention_id: int
    text: str
    label: Label
    answer: Label
    actor: str
    language: str | None
    source: str
    platform: str
    kind: Kind


def correct(
    database: Database, mention_id: int, label: Label, actor: str, now: datetime
) -> None:
    """Keep a person's label. The model's answer and its probabilities stay.

    Raises:
        LookupError: there is no such mention.
    """
    with database.write() as session:
        mention = session.get(Mention, mention_id)
        if mention is None:
            raise LookupError(f"there is no mention {mention_id}")
        session.execute(
            update(Mention)
            .where(col(Mention.id) == mention_id)
            .values(corrected=label, corrected_by=actor, rev=mention.rev + 1)
        )
        change = Change(
            mention_id=mention_id,
            rev=mention.rev,
            values={},
            what="corrected",
            old=mention.status.value,
            new=mention.status.value,
            reason=f"{mention.sentiment.value} is really {label.value}",
            actor=actor,
        )
        add_event(session, change, now)
        owe_card(session, change, now)


def corrections(database: Database) -> Iterator[Correction]:
    """Yield every correction whose text we still have, oldest mention first."""
    query = (
        select(Mention)
        .where(col(Mention.corrected).is_not(None), col(Mention.erased_at).is_(None))
        .order_by(col(Mention.id))
    )
    with database.read() as session:
        for one in session.exec(query):
            if one.corrected and one.id:
                yield Correction(
                    one.id,
                    one.text,
                    one.corrected,
                    one.sentiment,
                    one.corrected_by or "",
                    one.language,
                    one.source,
                    one.platform,
                    one.kind,
                )
