"""Modals that hand work to somebody else: assign, escalate, decide on a draft, track."""

from collections.abc import Sequence

from monitor.config import Brand
from monitor.models import Mention, ReplyRow
from monitor.slack.layout.message import Block, cut, plain, quoted, rich, said
from monitor.slack.modals.frame import choice, modal, post, text_input, told

ASSIGN, ESCALATE, TRACK = "assign.submit", "escalate.submit", "track.submit"
EDIT, SEND_BACK = "approval.edit", "approval.send_back"
USER, TO, WORDS = "assign.user", "escalate.to", "escalate.words"
TEXT, REASON = "approval.text", "approval.reason"
BRAND, URL, QUOTE = "track.brand", "track.url", "track.text"


def assign(mention: Mention, brand: Brand | None, user: str, meta: str) -> Block:
    """Ask who takes it; `user` is who is shown first."""
    picker: Block = {"type": "users_select", "action_id": USER, "initial_user": user}
    who: Block = {
        "type": "input",
        "block_id": "who",
        "label": plain("Who takes it?", 200),
        "element": picker,
    }
    return modal("Assign", ASSIGN, meta, [*post(mention, brand), who], submit="Assign")


def escalate(
    mention: Mention, brand: Brand | None, names: Sequence[str], first: str, meta: str
) -> Block:
    """Ask whom to call, `first` being who config.yaml names for this brand."""
    options = [(name, name) for name in names[:100]]
    return modal(
        "Escalate",
        ESCALATE,
        meta,
        [
            *post(mention, brand),
            choice("Whom?", "to", TO, options, kind="static_select", initial=first),
            text_input(
                "What should they know?", "words", WORDS, optional=True, most=500
            ),
        ],
        submit="Escalate",
    )


def edit(
    mention: Mention, brand: Brand | None, draft: ReplyRow, hint: str, meta: str
) -> Block:
    """Let who decides change a draft, and let it go out."""
    text = text_input(
        f"Reply by {draft.author}", "text", TEXT, initial=draft.text, hint=hint
    )
    return modal(
        "Edit and approve", EDIT, meta, [*post(mention, brand), text], submit="Approve"
    )


def send_back(draft: ReplyRow, meta: str) -> Block:
    """Ask why a draft goes back to who wrote it."""
    return modal(
        "Send back",
        SEND_BACK,
        meta,
        [
            told(f"{draft.author} wrote:"),
            rich(quoted(said(cut(draft.text, 2800, 9000)))),
            text_input("What should change?", "reason", REASON, most=500),
        ],
        submit="Send back",
    )


def track(brands: Sequence[str], url: str, text: str, meta: str) -> Block:
    """Ask for which brand a link of a message is kept."""
    options = [(name, name) for name in brands[:100]]
    return modal(
        "Track as a mention",
        TRACK,
        meta,
        [
            choice("Brand", "brand", BRAND, options, kind="static_select"),
            text_input("Link", "url", URL, initial=url, multiline=False, most=2000),
            text_input("What does it say?", "text", QUOTE, initial=text),
        ],
        submit="Track",
    )
