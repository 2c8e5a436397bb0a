"""Several cards in one message: a burst, or what was collected. Each has its Reply."""

from collections.abc import Sequence

from monitor.cards import Card
from monitor.models import Status
from monitor.slack.layout.actions import (
    AFTER,
    IN_GROUP,
    IN_GROUP_MINE,
    Action,
    button,
    menu,
)
from monitor.slack.layout.alert import headline
from monitor.slack.layout.message import (
    Block,
    Message,
    actions,
    context,
    cut,
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

GROUP_SIZE = 6
"""More would not fit into one message, were each as long as may be."""


def group(cards: Sequence[Card]) -> Message:
    """Draw up to `GROUP_SIZE` cards of one channel as they now stand."""
    still = sum(card.status is Status.OPEN for card in cards)
    brands = ", ".join(dict.fromkeys(card.brand for card in cards))
    words = f"{len(cards)} mentions of {brands}, {still} of them open"
    blocks = [context(plain(words, 200))]
    for card in cards:
        blocks += _entry(card)
    return Message(sentence(f"{words}: {_spoken(cards)}"), blocks)


def _spoken(cards: Sequence[Card]) -> str:
    return "; ".join(f"{cut(card.headline, 60)}" for card in cards)


def _entry(card: Card) -> list[Block]:
    number = card.mention_id
    words = cut(" ".join(card.text.split()), 200, 240) or "(no words, only stars)"
    name = f"entry:{number}:{stamp(card.state, card.text, card.due_at)}"
    return [
        rich(section(*headline(card, 60, 240)), quoted(said(words))),
        _state(card),
        *([actions(name, *pressed)] if (pressed := _pressed(card)) else []),
    ]


def _state(card: Card) -> Block:
    state = plain(f"{card.state[:1].upper()}{card.state[1:]} · {card.feeling}", 60)
    due = [mrkdwn(f"due {moment(card.due_at)}")] if card.due_at else []
    return context(state, *due)


def _pressed(card: Card) -> list[Block]:
    number = card.mention_id
    match card.status:
        case Status.OPEN:
            entries = IN_GROUP_MINE if card.assignee else IN_GROUP
            return [button(Action.REPLY, "Reply", number), menu(number, entries)]
        case Status.ANSWERED | Status.DISMISSED | Status.NOT_OURS:
            return [menu(number, AFTER)]
        case Status.SENDING | Status.GONE:
            return []
