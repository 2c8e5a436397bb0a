"""The home tab: published when somebody opens it, and after what they press there."""

from collections.abc import Sequence

from monitor.cards import Card, card
from monitor.models import Mention
from monitor.slack.desk import Desk
from monitor.slack.errors import translated
from monitor.slack.modals.home import FREE, LATE, MINE, Work, home
from monitor.slack.people import Who


def publish(desk: Desk, who: Who) -> None:
    """Show somebody their work as it now is.

    Raises:
        Unavailable, Refused, Rejected: as every call.
    """
    rows, now = desk.store.desk, desk.now()
    work = Work(
        mine=cards(desk, rows.mine(who.name, MINE)),
        free=cards(desk, rows.unassigned(FREE)),
        late=cards(desk, rows.overdue(now, LATE)),
        now=now,
    )
    with translated("showing the home tab", may_repeat=True):
        desk.client.views_publish(user_id=who.user_id, view=home(work))


def cards(desk: Desk, mentions: Sequence[Mention]) -> list[Card]:
    return [card(one, desk.config.brand(one.brand)) for one in mentions]
