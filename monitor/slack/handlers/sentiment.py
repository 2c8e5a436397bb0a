"""Fix sentiment: a person's word counts, and is kept as training data."""

from monitor.slack.desk import Desk
from monitor.slack.handlers.base import About, Done, Wrong
from monitor.slack.inputs import Form, Press
from monitor.slack.layout import Block
from monitor.slack.modals import close as modals
from monitor.slack.people import Who
from sentiment import Label


def fill(desk: Desk, press: Press, who: Who, view_id: str) -> Block:  # noqa: ARG001 - as every modal
    about = About.of(desk, press)
    return modals.sentiment(about.mention, about.brand, about.meta)


def submit(desk: Desk, form: Form, who: Who) -> Done:
    """Keep the label.

    Raises:
        Declined: none is chosen, or the mention is not there.
    """
    mention = desk.mention(form.number)
    chosen = form.value(modals.LABEL)
    if chosen not in set(Label):
        raise Wrong(modals.LABEL, "choose one")
    label = Label(chosen)
    if mention.corrected != label:
        desk.store.correct(form.number, label, who.name, desk.now())
    return Done()
