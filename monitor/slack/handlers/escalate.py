"""Escalate: call people or a group that config.yaml names."""

from monitor.models import Mention, Status
from monitor.rules.declined import Declined
from monitor.rules.text import fit
from monitor.rules.work import NotOpen, escalated
from monitor.slack.desk import Desk
from monitor.slack.handlers.base import About, Done, Wrong
from monitor.slack.inputs import Form, Press
from monitor.slack.layout import Block
from monitor.slack.modals import hand as modals
from monitor.slack.people import Who


def fill(desk: Desk, press: Press, who: Who, view_id: str) -> Block:  # noqa: ARG001 - as every modal
    """Return the modal that asks whom to call.

    Raises:
        Declined: config.yaml names nobody, or the mention is closed.
    """
    about = About.of(desk, press)
    if about.mention.status is not Status.OPEN:
        raise NotOpen(about.mention)
    names = callable_names(desk)
    if not names:
        raise Declined(
            "nobody can be called: name groups or escalation under slack in config.yaml"
        )
    first = _first(desk, about.mention)
    return modals.escalate(about.mention, about.brand, names, first, about.meta)


def submit(desk: Desk, form: Form, who: Who) -> Done:
    """Call them in the card's thread, and put the mention at the top.

    Raises:
        Declined: nobody is chosen, or the mention is closed.
    """
    to = form.value(modals.TO)
    if to not in callable_names(desk):
        raise Wrong(modals.TO, "choose whom to call")
    words = fit(form.value(modals.WORDS))
    desk.step(form.number, escalated(to, who.name, words))
    return Done()


def callable_names(desk: Desk) -> list[str]:
    """Return whom Escalate offers: who escalation names, then groups, then people."""
    named = [one.to for one in desk.settings.escalation]
    return list(dict.fromkeys([*named, *desk.settings.called]))


def _first(desk: Desk, mention: Mention) -> str:
    fitting = (
        one.to
        for one in desk.settings.escalation
        if not one.brands or mention.brand in one.brands
    )
    return next(fitting, "")
