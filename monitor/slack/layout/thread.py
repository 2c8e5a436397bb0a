"""Words in a card's thread: an answer that is out or failed, a draft, a call."""

from collections.abc import Sequence

from monitor.cards import PLATFORM_NAMES, Note, NoteKind
from monitor.slack.layout.actions import Action, button
from monitor.slack.layout.message import (
    Block,
    Message,
    actions,
    context,
    cut,
    escape,
    mrkdwn,
    ping,
    plain,
    quoted,
    rich,
    said,
    sentence,
    stamp,
)
from monitor.slack.layout.notes import NOTE, NOTE_JSON, replied


def thread(note: Note, where: str, pings: Sequence[str] = ()) -> Message:
    """Draw a note; `where` is the platform, `pings` are ids in Slack that are called.

    Raises:
        ValueError: one of them is no id.
    """
    place = PLATFORM_NAMES.get(where, where)
    if note.kind is NoteKind.REPLIED:
        return replied(note.who, place, note.text, note.url, note.at)
    words = _words(note, place)
    called = " ".join(ping(one) for one in pings[:10])
    line = f"{called + ' ' if called else ''}{escape(cut(words, 600))}"
    blocks: list[Block] = [{"type": "section", "text": mrkdwn(line)}]
    if note.text:
        shown = cut(note.text, NOTE, NOTE_JSON)
        blocks.append(rich(quoted(said(shown))))
        if shown != note.text and note.kind is NoteKind.APPROVAL:
            # Nobody should let out what they have not read.
            blocks.append(context(plain("It goes on; Edit shows all of it.", 100)))
    if pressed := _pressed(note):
        name = (
            f"note:{note.reply_id or note.card.mention_id}:{stamp(note.kind, note.at)}"
        )
        blocks.append(actions(name, *pressed))
    return Message(sentence(f"{words} ({note.card.headline})"), blocks)


def decided(who: str, words: str, text: str) -> Message:
    """Draw a draft that was decided on: what became of it instead of its buttons."""
    line = f"*{escape(cut(who, 100))}* {escape(cut(words, 400))}"
    return Message(
        sentence(f"{who} {words}"),
        [
            {"type": "section", "text": mrkdwn(line)},
            rich(quoted(said(cut(text, NOTE, NOTE_JSON)))),
        ],
    )


def _words(note: Note, place: str) -> str:
    to = ", ".join(note.to)
    match note.kind:
        case NoteKind.APPROVAL:
            return f"{note.who} wrote a reply on {place}; {to or 'somebody else'} must agree before it goes out:"
        case NoteKind.FAILED:
            return f"The reply by {note.who} is not out on {place}: {note.error}. Its text is kept; Reply opens it again."
        case NoteKind.ASSIGNED:
            return f"{note.who} gave this to {to}."
        case NoteKind.ESCALATED:
            return f"{note.who} escalated this to {to}" + (":" if note.text else ".")
        case NoteKind.WOKEN:
            return "The snooze is over" + (f", {to}." if to else ".")
        case NoteKind.REPLIED:
            return f"{note.who} replied on {place}."


def _pressed(note: Note) -> list[Block]:
    if note.kind is NoteKind.APPROVAL and note.reply_id:
        number = note.reply_id
        return [
            button(Action.APPROVE, "Approve", number, style="primary"),
            button(Action.EDIT, "Edit", number),
            button(Action.SEND_BACK, "Send back", number),
        ]
    if note.kind in (NoteKind.FAILED, NoteKind.ESCALATED, NoteKind.WOKEN):
        return [button(Action.REPLY, "Reply", note.card.mention_id, style="primary")]
    return []
