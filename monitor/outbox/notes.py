"""Words in a card's thread, read from what is owed and from the reply it speaks of."""

from collections.abc import Mapping
from typing import Any

from monitor.cards import Card, Note, NoteKind
from monitor.config import Config
from monitor.models import Mention, Outbox, ReplyRow, ReplyState
from monitor.rules.press import decides
from monitor.store import Store

REPLY_KINDS = {
    ReplyState.AWAITING: NoteKind.APPROVAL,
    ReplyState.SENT: NoteKind.REPLIED,
    ReplyState.REFUSED: NoteKind.FAILED,
}


def note(
    row: Outbox, mention: Mention, card: Card, store: Store, config: Config
) -> Note | None:
    """Return what to say; None: it is no longer true."""
    if row.body["what"] != "reply":
        return _step(row.body, card, row)
    reply = store.replies.get(int(row.body["reply"]))
    if reply is None or reply.state != row.body["state"]:
        return None
    state = ReplyState(reply.state)
    return Note(
        kind=REPLY_KINDS[state],
        card=card,
        who=reply.author,
        at=reply.sent_at or row.created_at,
        to=_called(reply, mention, config),
        text=reply.text,
        url=reply.url,
        error=reply.error,
        reply_id=reply.id,
    )


def _step(body: Mapping[str, Any], card: Card, row: Outbox) -> Note:
    return Note(
        kind=NoteKind(body["what"]),
        card=card,
        who=str(body.get("by", "")),
        at=row.created_at,
        to=[str(body["to"])] if body.get("to") else [],
        text=str(body.get("words", "")),
    )


def _called(reply: ReplyRow, mention: Mention, config: Config) -> list[str]:
    """Return whom a reply's note calls: who decides, or who wrote what failed."""
    if reply.state == ReplyState.REFUSED:
        return [reply.author]
    if reply.state != ReplyState.AWAITING or config.slack is None:
        return []
    rule = decides(config.slack.approvals, mention.brand, mention.priority)
    return [rule.by] if rule else []
