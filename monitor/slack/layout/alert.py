"""A card as one message for its whole life, drawn anew from the row each time."""

import json
from itertools import pairwise

from monitor.cards import Card
from monitor.config import Priority
from monitor.models import Status
from monitor.slack.layout.actions import (
    AFTER,
    MORE,
    Action,
    button,
    link_button,
    menu,
    snooze,
)
from monitor.slack.layout.message import (
    LONGEST_JSON,
    Block,
    Message,
    actions,
    address,
    context,
    cut,
    date,
    link,
    moment,
    mrkdwn,
    plain,
    quoted,
    rich,
    said,
    section,
    sentence,
    stamp,
)

SIGN = {
    Priority.URGENT: "rotating_light",
    Priority.HIGH: "red_circle",
    Priority.NORMAL: "large_yellow_circle",
    Priority.LOW: "large_green_circle",
}
STATE_SIGN = {
    Status.SENDING: "hourglass_flowing_sand",
    Status.ANSWERED: "white_check_mark",
    Status.DISMISSED: "heavy_minus_sign",
    Status.NOT_OURS: "no_entry_sign",
    Status.GONE: "wastebasket",
}
TEXT = 2800
"""Characters of a post that a card shows."""
SHORTEST = 600
"""JSON that a post gets at least, whatever stands around it."""
MOST_HIGHLIGHTS = 8


def alert(card: Card) -> Message:
    """Draw a card as it now stands: open, claimed, or closed.

    The post gets the room that everything else leaves.
    """
    around = len(json.dumps(_blocks(card, [said("…")])))
    room = (
        LONGEST_JSON
        - around
        - MOST_HIGHLIGHTS * len(json.dumps(said("", bold=True))) * 2
    )
    return Message(spoken(card), _blocks(card, _quote(card, max(room, SHORTEST))))


def _blocks(card: Card, quote: list[Block]) -> list[Block]:
    blocks = [
        rich(section(*headline(card))),
        rich(quoted(*quote), section(*_author(card))),
        context(plain(_feeling(card), 300)),
        context(*_state(card)),
    ]
    if pressed := _actions(card):
        name = f"card:{card.mention_id}:{stamp(card.state, card.text, card.due_at, card.snoozed_until)}"
        blocks.append(actions(name, *pressed))
    return blocks


def spoken(card: Card) -> str:
    """Return the card in a sentence; once it is closed, how it ended comes first."""
    if card.status is Status.OPEN and not card.assignee:
        return sentence(card.sentence)
    return sentence(f"{card.state[:1].upper()}{card.state[1:]}. {card.sentence}")


def headline(card: Card, most: int = 300, heaviest: int = 1500) -> list[Block]:
    sign = STATE_SIGN.get(card.status, SIGN[card.priority])
    words = cut(card.headline, most, most * 3)
    line = [
        {"type": "emoji", "name": sign},
        said(" "),
        link(card.url, words, heaviest, bold=True),
        said(f" · {cut(card.brand, 80, heaviest // 8)}"),
    ]
    if card.stars:
        line.append(said(f" {card.stars}"))
    if card.is_edited:
        line.append(said(" (edited)", italic=True))
    return line


def _quote(card: Card, room: int) -> list[Block]:
    if not card.text.strip():
        return [said("(no words, only stars)", italic=True)]
    shown = cut(card.text, TEXT, room)
    # The last character of a cut text is our own "…".
    end = len(shown) - (shown != card.text)
    marks = _marks([(s, min(e, end)) for s, e in card.highlights if 0 <= s < e], end)
    edges = sorted({0, len(shown), *(edge for mark in marks for edge in mark)})
    starts = {start for start, _ in marks}
    return [
        said(shown[a:b], bold=True) if a in starts else said(shown[a:b])
        for a, b in pairwise(edges)
    ]


def _marks(spans: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """Return the first highlights that do not overlap, within the text."""
    marks: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if start < stop <= end and (not marks or start >= marks[-1][1]):
            marks.append((start, stop))
    return marks[:MOST_HIGHLIGHTS]


def _author(card: Card) -> list[Block]:
    return [said(f"{cut(card.author, 200, 600)} · "), date(card.posted_at)]


def _feeling(card: Card) -> str:
    return f"{card.feeling} · {card.language} · matched {card.matched}"


def _state(card: Card) -> list[Block]:
    words = cut(card.state, 300, 900)
    line = [plain(f"{words[:1].upper()}{words[1:]}", 300)]
    if card.due_at:
        line.append(mrkdwn(f":hourglass_flowing_sand: reply due {moment(card.due_at)}"))
    if card.snoozed_until:
        line.append(mrkdwn(f":zzz: snoozed until {moment(card.snoozed_until)}"))
    priority = card.priority.capitalize()
    line.append(plain(f"{priority}: {'; '.join(card.why)}", 300))
    return line


def _actions(card: Card) -> list[Block]:
    number, url = card.mention_id, address(card.url, 1500)
    opened = [link_button(url, number)] if url else []
    match card.status:
        case Status.OPEN:
            return [*_open(card), *opened, menu(number, MORE)]
        case Status.ANSWERED | Status.DISMISSED | Status.NOT_OURS:
            return [*opened, menu(number, AFTER)]
        case Status.SENDING | Status.GONE:
            return opened if card.status is Status.SENDING else []


def _open(card: Card) -> list[Block]:
    number = card.mention_id
    label = f"Reply to mention {number} about {card.brand}"
    claim = (
        button(Action.RELEASE, "Release", number)
        if card.assignee
        else button(Action.CLAIM, "Claim", number)
    )
    return [
        button(Action.REPLY, "Reply", number, style="primary", label=label),
        claim,
        snooze(number),
        button(Action.DISMISS, "No reply needed", number),
    ]
