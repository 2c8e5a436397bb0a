"""The message shortcut: a link that somebody shared becomes a mention."""

import re
from collections.abc import Mapping
from typing import Any

from monitor.rules.declined import Declined
from monitor.rules.text import fit
from monitor.slack.desk import Desk
from monitor.slack.handlers.base import Done, Wrong
from monitor.slack.inputs import Form, Place, meta
from monitor.slack.layout import Block
from monitor.slack.modals import hand as modals
from monitor.slack.people import Who

_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>|(https?://[^\s<>|]+)")
_TAG = re.compile(r"<(?:[^|>]*\|)?([^>]*)>")


def fill(desk: Desk, message: Mapping[str, Any], place: Place) -> Block:
    """Return the modal that asks which brand a message's link is about.

    Raises:
        Declined: nothing here keeps such links.
    """
    if desk.seams.track is None:
        raise Declined("tracking links is not set up here")
    text = str(message.get("text") or "")
    brands = [brand.name for brand in desk.config.brands]
    return modals.track(brands, link_in(text), plain_text(text), meta(0, place))


def submit(desk: Desk, form: Form, who: Who) -> Done:
    """Have the link kept as a mention, and say what became of it.

    Raises:
        Declined: the brand or the link is none.
    """
    if desk.seams.track is None:
        raise Declined("tracking links is not set up here")
    brand, url = form.value(modals.BRAND), form.value(modals.URL).strip()
    if desk.config.brand(brand) is None:
        raise Wrong(modals.BRAND, "choose a brand")
    if not re.match(r"https?://[^/\s]+", url, re.IGNORECASE):
        raise Wrong(modals.URL, "paste the whole link, https://...")
    said = desk.seams.track(fit(url), fit(form.value(modals.QUOTE)), brand, who.name)
    return Done(after=lambda: desk.tell(form.place, said))


def link_in(text: str) -> str:
    """Return the first link in a message as Slack writes it, or nothing."""
    found = _LINK.search(text)
    return _plain(found[1] or found[2]) if found else ""


def plain_text(text: str) -> str:
    """Return a message's words without Slack's marks."""
    return _plain(_TAG.sub(lambda tag: tag[1], text))[:2900]


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
