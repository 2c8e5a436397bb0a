"""The modal in which a reply is written, and what takes its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors import CanReply, Length
from monitor.cards import PLATFORM_NAMES
from monitor.config import Approval, Brand, SavedReply
from monitor.models import Mention, OpenModal, ReplyRow
from monitor.slack.layout.message import (
    Block,
    context,
    cut,
    date,
    link,
    plain,
    quoted,
    rich,
    said,
    section,
)
from monitor.slack.modals.frame import (
    LONGEST_INPUT,
    modal,
    post,
    text_input,
    told,
    warned,
)
from monitor.store import Exchange

TITLE = "Reply"
SUBMIT, BY_HAND = "reply.submit", "reply.by_hand"
TEXT, SAVED, LINK = "reply.text", "reply.saved", "reply.link"
SAVED_SHOWN = 100
QUOTE, QUOTE_JSON = 300, 900


@dataclass(frozen=True, slots=True)
class Draft:
    """All that the reply modal shows. `turn` counts how often its text was filled."""

    mention: Mention
    brand: Brand | None
    meta: str
    text: str = ""
    length: Length | None = None
    history: Sequence[Exchange] = ()
    others: Sequence[OpenModal] = ()
    saved: Sequence[SavedReply] = ()
    approval: Approval | None = None
    failed: ReplyRow | None = None
    turn: int = 0


def loading(meta: str, title: str = TITLE) -> Block:
    """Return what opens at once, before anything is looked up."""
    return modal(title, "loading", meta, [told("One moment…")], close="Close")


def write(draft: Draft) -> Block:
    """Draw the modal in which a person writes."""
    blocks = [*_warnings(draft), *post(draft.mention, draft.brand), *_earlier(draft)]
    if draft.saved:
        blocks.append(_saved(draft.saved))
    blocks.append(_text(draft))
    return modal(TITLE, SUBMIT, draft.meta, blocks, submit=_submit(draft))


def filled(view: Block, text: str) -> list[Block]:
    """Return the blocks of an open modal with its text replaced.

    Slack shows a new text only in a block with a new id.
    """
    return [_refilled(block, text) for block in view["blocks"]]


def on_its_way(draft: ReplyRow, meta: str, by: str = "") -> Block:
    """Draw what takes the modal's place once a reply is taken."""
    words = (
        f"{by} must agree before it goes out. You can close this window; the card's "
        "thread shows what becomes of it."
        if by
        else "It is on its way. You can close this window; the card shows the outcome."
    )
    blocks = [told(words), rich(quoted(said(cut(draft.text, 2800, 9000))))]
    return modal(TITLE, "reply.sending", meta, blocks, close="Close")


def by_hand(mention: Mention, brand: Brand | None, can: CanReply, meta: str) -> Block:
    """Draw where to answer what takes no reply from here, and ask for the link."""
    place = PLATFORM_NAMES.get(mention.platform, mention.platform)
    url = can.url or mention.url
    where = [link(url, f"Open on {cut(place, 80, 240)}", bold=True)] if url else []
    lead = [warned(f"{_capital(can.reason)}.")] if can.reason else []
    return modal(
        "I replied there",
        BY_HAND,
        meta,
        [
            *lead,
            *post(mention, brand),
            *([rich(section(*where))] if where else []),
            text_input(
                "Link to your reply",
                "link",
                LINK,
                hint="Paste it here once you have replied there; it closes the card.",
                optional=True,
                multiline=False,
                most=2000,
            ),
        ],
        submit="I replied there",
    )


def _submit(draft: Draft) -> str:
    if draft.approval:
        return "Ask for approval"
    return "Try again" if draft.failed else "Post reply"


def _warnings(draft: Draft) -> list[Block]:
    said_: list[str] = []
    if draft.failed:
        said_.append(f"The last try is not out: {draft.failed.error}.")
    if draft.others:
        names = ", ".join(dict.fromkeys(one.name for one in draft.others))
        said_.append(f"{names} has this open too.")
    assignee = draft.mention.assignee
    if assignee:
        said_.append(f"{assignee} has claimed it.")
    if draft.approval:
        said_.append(f"{draft.approval.by} must agree before it goes out.")
    return [warned(words) for words in said_]


def _earlier(draft: Draft) -> list[Block]:
    """Return earlier exchanges with the same author, newest first."""
    if not draft.history:
        return []
    shown = [part for one in draft.history for part in _exchange(one)]
    return [context(plain(f"Earlier with {draft.mention.author}", 200)), rich(*shown)]


def _exchange(one: Exchange) -> list[Block]:
    asked = cut(" ".join(one.mention.text.split()), QUOTE, QUOTE_JSON)
    parts = [
        section(date(one.mention.posted_at), said(f" · {one.mention.status.value}")),
        quoted(said(asked or "(no words)")),
    ]
    for reply in one.replies[:2]:
        text = cut(" ".join(reply.text.split()), QUOTE, QUOTE_JSON)
        parts.append(
            section(said(f"{cut(reply.author, 100, 300)}: ", bold=True), said(text))
        )
    return parts


def _saved(saved: Sequence[SavedReply]) -> Block:
    options = [
        {"text": plain(one.name, 75), "value": str(number)}
        for number, one in enumerate(saved[:SAVED_SHOWN])
    ]
    return {
        "type": "section",
        "block_id": "saved",
        "text": plain("Start from a saved reply", 200),
        "accessory": {
            "type": "static_select",
            "action_id": SAVED,
            "placeholder": plain("Choose one", 150),
            "options": options,
        },
    }


def _text(draft: Draft) -> Block:
    place = PLATFORM_NAMES.get(draft.mention.platform, draft.mention.platform)
    hint = f"Everybody can read it on {place}."
    if draft.length:
        length = draft.length
        hint = f"Up to {length.limit:,} {length.unit}. {hint}"
    return text_input(
        "Your reply", f"text:{draft.turn}", TEXT, initial=draft.text, hint=hint
    )


def _refilled(block: Block, text: str) -> Block:
    element = block.get("element") or {}
    if element.get("action_id") != TEXT:
        return block
    number = int(block["block_id"].partition(":")[2] or 0) + 1
    filled_ = element | {"initial_value": text[:LONGEST_INPUT]}
    return block | {"block_id": f"text:{number}", "element": filled_}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".")
