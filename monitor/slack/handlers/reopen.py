"""Reopen: a closed mention is work again, with a deadline of its own."""

from monitor.models import Status
from monitor.rules.deadline import due_at
from monitor.rules.declined import Declined
from monitor.rules.status import IllegalMove
from monitor.slack.desk import Desk
from monitor.slack.inputs import Press
from monitor.slack.people import Who
from monitor.store import Move

REOPENED = "reopened"


def reopen(desk: Desk, press: Press, who: Who) -> str:
    """Open it again, due as if it had come in now.

    Raises:
        Declined: it is open, gone, or its brand is no longer in config.yaml.
    """
    mention = desk.mention(press.number)
    if mention.status is Status.OPEN:
        raise Declined("it is open already")
    brand = desk.config.brand(mention.brand)
    if brand is None:
        raise Declined(f"brand {mention.brand} is no longer in config.yaml")
    now = desk.now()
    due = due_at(now, mention.priority, desk.config.deadlines, brand)
    wanted = Move(Status.OPEN, who.name, REOPENED, due_at=due)
    try:
        desk.store.move(press.number, mention.status, wanted, now)
    except IllegalMove as e:
        raise Declined(f"it cannot be opened again: {e}") from e
    return ""
