"""Words about deadlines into Slack: below a card, beside it, or many in one message."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from connectors import Gone
from monitor.cards import Card
from monitor.rules.reminders import Word, is_broadcast
from monitor.slack import layout

if TYPE_CHECKING:
    from monitor.slack.sender import SlackSender


def prepared(
    sender: "SlackSender", words: Sequence[tuple[Word, Card]]
) -> Callable[[str], str]:
    """Ask Slack all that must be asked first; return what posts under a `post_key`.

    Raises:
        Unavailable, Refused: as every call.
    """
    if len(words) > 1:
        return _together(sender, words)
    [(word, card)] = words
    people = _people(sender, word)
    message = layout.reminder(word.kind, card, word.due_at, people)
    if word.channel:
        channel = word.channel
        message = layout.linked(message, card, _link(sender, word))
        return lambda key: sender.post(channel, message, key, channel)
    lane = sender.lane(card.brand)
    shown = is_broadcast(word.kind, calls_somebody=bool(people))
    return lambda key: sender.thread(
        word.card_ref, message, key, lane=lane, broadcast=shown
    )


def _together(
    sender: "SlackSender", words: Sequence[tuple[Word, Card]]
) -> Callable[[str], str]:
    oldest = sorted(words, key=lambda one: one[0].due_at)
    word, card = oldest[0]
    lane = sender.lane(card.brand)
    listed = [
        (shown, _link(sender, one)) for one, shown in oldest[: layout.MOST_LISTED]
    ]
    people = list(dict.fromkeys(_called(sender, words)))
    overdue = sum(one.due_at <= sender.now() for one, _ in words)
    message = layout.reminders(listed, len(words), overdue, word.due_at, people)
    channel = word.channel or lane
    return lambda key: sender.post(channel, message, key, channel)


def _called(sender: "SlackSender", words: Sequence[tuple[Word, Card]]) -> Iterator[str]:
    """Yield whom these words call; the gravest first, for not all may be pinged."""
    for word, _ in sorted(words, key=lambda one: one[0].due_at):
        yield from _people(sender, word)


def _people(sender: "SlackSender", word: Word) -> list[str]:
    return sender.callees.ids(word.calls) or sender.callees.ids(word.otherwise)


def _link(sender: "SlackSender", word: Word) -> str:
    try:
        return sender.permalink(word.card_ref)
    except Gone:
        return ""  # somebody deleted the card; the word stands without it
