"""What every modal is made of."""

from collections.abc import Sequence

from monitor.cards import card, feeling
from monitor.config import Brand
from monitor.models import Mention
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

TITLE = 24
LONGEST_INPUT = 3000
POST, POST_JSON = 2800, 9000


def modal(
    title: str,
    callback: str,
    meta: str,
    blocks: Sequence[Block],
    submit: str = "",
    close: str = "Cancel",
) -> Block:
    """Return a modal; without `submit` there is nothing to submit."""
    made: Block = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "private_metadata": meta,
        "notify_on_close": True,
        "blocks": list(blocks),
    }
    return made | ({"submit": plain(submit, TITLE)} if submit else {})


def words(title: str, said_: str, meta: str = "{}") -> Block:
    """Return a modal that only says something."""
    return modal(title, "words", meta, [told(said_)], close="Close")


def told(words_: str) -> Block:
    """Return a sentence, literally, whoever is quoted in it."""
    return rich(section(said(cut(words_, 2000, 6000))))


def warned(words_: str) -> Block:
    """Return a sentence with a sign before it."""
    sign: Block = {"type": "emoji", "name": "warning"}
    return rich(section(sign, said(" "), said(cut(words_, 2000, 6000))))


def post(mention: Mention, brand: Brand | None) -> list[Block]:
    """Return a mention as modals show it: where, who, what."""
    view = card(mention, brand)
    text = cut(view.text, POST, POST_JSON) if view.text.strip() else "(no words)"
    head = [link(view.url, cut(view.headline, 200, 600), bold=True), said(" · ")]
    return [
        rich(section(*head, date(view.posted_at)), quoted(said(text))),
        context(plain(f"{view.brand} · {feeling(mention)} · {view.language}", 300)),
    ]


def text_input(  # noqa: PLR0913 - as Slack has them, by name
    label: str,
    block: str,
    action: str,
    *,
    initial: str = "",
    hint: str = "",
    optional: bool = False,
    multiline: bool = True,
    most: int = LONGEST_INPUT,
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": action,
        "multiline": multiline,
        "max_length": most,
    }
    if initial:
        element["initial_value"] = initial[:most]
    made: Block = {
        "type": "input",
        "block_id": block,
        "label": plain(label, 200),
        "element": element,
    }
    if optional:
        made["optional"] = True
    return made | ({"hint": plain(hint, 500)} if hint else {})


def choice(  # noqa: PLR0913 - as Slack has them, by name
    label: str,
    block: str,
    action: str,
    options: Sequence[tuple[str, str]],
    *,
    kind: str = "radio_buttons",
    initial: str = "",
    optional: bool = False,
) -> Block:
    """Return one of several, as (value, words)."""
    offered = [
        {"text": plain(words_, 75), "value": value[:150]} for value, words_ in options
    ]
    element: Block = {"type": kind, "action_id": action, "options": offered}
    if chosen := [one for one in offered if one["value"] == initial]:
        element["initial_option"] = chosen[0]
    made: Block = {
        "type": "input",
        "block_id": block,
        "label": plain(label, 200),
        "element": element,
    }
    return made | ({"optional": True} if optional else {})
