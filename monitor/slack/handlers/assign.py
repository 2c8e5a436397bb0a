"""Assign: give a mention to somebody, whoever has it now."""

from monitor.models import Status
from monitor.rules.declined import Declined
from monitor.rules.work import NotOpen, assigned
from monitor.slack.desk import Desk
from monitor.slack.handlers.base import About, Done, Wrong
from monitor.slack.inputs import Form, Place, Press
from monitor.slack.layout import Block
from monitor.slack.modals import hand as modals
from monitor.slack.people import Who


def fill(desk: Desk, press: Press, who: Who, view_id: str) -> Block:  # noqa: ARG001 - as every modal
    about = About.of(desk, press)
    if about.mention.status is not Status.OPEN:
        raise NotOpen(about.mention)
    return modals.assign(about.mention, about.brand, who.user_id, about.meta)


def submit(desk: Desk, form: Form, who: Who) -> Done:
    """Give it to the chosen person, who must be one that may press.

    Raises:
        Declined: nobody is chosen, they may not answer, or the mention is closed.
    """
    user = form.value(modals.USER)
    if not user:
        raise Wrong(modals.USER, "choose a person")
    theirs = Place(user=user, team=form.place.team, channel=form.place.channel)
    try:
        to = desk.admit(theirs, form.number)
    except Declined as e:
        raise Wrong(modals.USER, f"they cannot answer here: {e}") from e
    desk.step(form.number, assigned(to.name, who.name))
    return Done()
