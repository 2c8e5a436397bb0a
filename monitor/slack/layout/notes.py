"""What stands beside cards: notes in their threads, words to the operator."""

from collections.abc import Sequence
from datetime import datetime

from monitor.cards import Card
from monitor.models import ReminderKind
from monitor.slack.layout.actions import Action, button
from monitor.slack.layout.message import (
    Message,
    actions,
    context,
    cut,
    escape,
    link,
    moment,
    mrkdwn,
    ping,
    quoted,
    rich,
    said,
    section,
    sentence,
    stamp,
)

NOTE, NOTE_JSON = 2800, 9000
_WORDS = {
    ReminderKind.NEARING: (":alarm_clock:", "most of the time for a reply is gone; it is due"),
    ReminderKind.SOON: (":alarm_clock:", "the reply is nearly due,"),
    ReminderKind.MISSED: (":rotating_light:", "nobody has replied yet; it was due"),
    ReminderKind.ESCALATED: (":rotating_light:", "still no reply, please see to it; it was due"),
}  # fmt: skip


def notice(words: str) -> Message:
    """Draw a word to the operator. It may quote a file's name or a platform."""
    shown = said(cut(words, NOTE, NOTE_JSON))
    return Message(
        sentence(words),
        [rich(section({"type": "emoji", "name": "warning"}, said(" "), shown))],
    )


def reminder(
    kind: ReminderKind, card: Card, due_at: datetime, people: Sequence[str] = ()
) -> Message:
    """Draw a word about a deadline; `people` are ids in Slack that are pinged.

    Raises:
        ValueError: one of them is no id.
    """
    sign, words = _WORDS[kind]
    who = " ".join(ping(one) for one in people[:10])
    line = f"{sign} {who + ', ' if who else ''}{words} {moment(due_at)}."
    number = card.mention_id
    claim = (
        button(Action.RELEASE, "Release", number)
        if card.assignee
        else button(Action.CLAIM, "Claim", number)
    )
    name = f"due:{number}:{stamp(kind, due_at)}"
    return Message(
        sentence(
            f"{card.headline} about {card.brand}: {words} {due_at:%d %b %H:%M} UTC"
        ),
        [
            {"type": "section", "text": mrkdwn(line)},
            actions(
                name, button(Action.REPLY, "Reply", number, style="primary"), claim
            ),
        ],
    )


def replied(who: str, where: str, text: str, url: str | None, at: datetime) -> Message:
    """Draw the note that keeps a public answer: who gave it, its words, its address."""
    line = (
        f"*{escape(cut(who, 100))}* replied on {escape(cut(where, 100))} {moment(at)}"
    )
    below = [section(link(url, "See it there"))] if url else []
    return Message(
        sentence(f"{who} replied on {where}: {cut(text, 100)}"),
        [context(mrkdwn(line)), rich(quoted(said(cut(text, NOTE, NOTE_JSON))), *below)],
    )
