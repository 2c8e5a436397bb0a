"""What handlers take and give. They raise `Declined`; others make words of that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.config import Brand
from monitor.models import Mention
from monitor.rules.declined import Declined
from monitor.slack.desk import Desk
from monitor.slack.inputs import Form, Press, meta
from monitor.slack.layout import Block


class Wrong(Declined):
    """One input of a submitted modal is not as it should be; the draft stays."""

    def __init__(self, action: str, words: str) -> None:
        super().__init__(words)
        self.action = action


@dataclass(frozen=True, slots=True)
class Done:
    """What a submission is acknowledged with, and what is done once it was.

    No answer closes the modal.
    """

    answer: Mapping[str, Any] = field(default_factory=dict)
    after: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class About:
    """A mention that somebody pressed on, with what every modal about it needs."""

    mention: Mention
    brand: Brand | None
    meta: str

    @classmethod
    def of(cls, desk: Desk, press: Press) -> "About":
        """Return it.

        Raises:
            Declined: there is no such mention.
        """
        mention = desk.mention(press.number)
        brand = desk.config.brand(mention.brand)
        return cls(mention, brand, meta(press.number, press.place))


def instead(view: Block, after: Callable[[], object] | None = None) -> Done:
    """Show another view in the place of the submitted one."""
    return Done({"response_action": "update", "view": view}, after)


def refused(form: Form, error: Declined, words: str) -> Done:
    """Say below an input what is wrong; everything typed stays."""
    wanted = error.action if isinstance(error, Wrong) else ""
    block = form.fields.get(wanted) or next(iter(form.fields.values()), "")
    if not block:
        return Done()
    return Done({"response_action": "errors", "errors": {block: words[:1000]}})
