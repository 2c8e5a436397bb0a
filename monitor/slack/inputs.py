"""What Slack hands over when somebody presses, submits or types, as frozen values.

All of it comes back from a client: ids are looked up and checked before they count.
https://docs.slack.dev/reference/interaction-payloads
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emoji import emojize

from monitor.rules.declined import Declined

MOST_DIGITS = 18
SKIN_TONES = {f":skin-tone-{n}:": chr(0x1F3F9 + n) for n in range(2, 7)}
"""Slack's names of what Unicode puts after an emoji, U+1F3FB to U+1F3FF."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was pressed, so that the answer can be said there.

    Without a channel (App Home) it is said in person.
    """

    user: str
    team: str
    channel: str = ""
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button or a menu. `what` is meant, `number` is the row it is about.

    `view` is the modal it was pressed in, if it was in one.
    """

    place: Place
    what: str
    number: int
    choice: str
    trigger: str
    view: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """A submitted modal: `values` by action id, `fields` the blocks they stand in."""

    place: Place
    callback: str
    number: int
    values: Mapping[str, str]
    fields: Mapping[str, str]
    view_id: str
    draft: int = 0

    def value(self, action: str) -> str:
        return self.values.get(action, "")

    def words(self, action: str) -> str:
        """Return what was typed for the public: emoji themselves, not Slack's names.

        Slack hands over an emoji that was picked as ":pray:", which no platform knows.
        """
        text = self.value(action)
        for name, tone in SKIN_TONES.items():
            text = text.replace(name, tone)
        return emojize(text, language="alias").strip()


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody typed after /everyreply."""

    place: Place
    word: str
    rest: str


def press(payload: Mapping[str, Any]) -> Press:
    """Read a press.

    Raises:
        Declined: what was pressed is none of ours.
    """
    action = (payload.get("actions") or [{}])[0]
    view = payload.get("view") or {}
    option = (action.get("selected_option") or {}).get("value")
    value = str(option if option is not None else action.get("value") or "")
    number, _, choice = value.partition("|")
    what = str(action.get("action_id", ""))
    in_modal = view.get("type") == "modal"
    meta = _meta(view) if in_modal else {}
    return Press(
        place=_place(payload, meta),
        what=choice if what == "card.more" else what.rpartition(".")[2],
        number=number_of(str(meta.get("m", "")) if in_modal else number),
        choice=value if in_modal else choice,
        trigger=str(payload.get("trigger_id") or ""),
        view=view if in_modal else {},
    )


def form(payload: Mapping[str, Any]) -> Form:
    """Read a submitted, or closed, modal.

    Raises:
        Declined: it is none of ours.
    """
    view = payload["view"]
    meta = _meta(view)
    values, fields = typed(view)
    return Form(
        place=_place(payload, meta),
        callback=str(view.get("callback_id", "")),
        number=number_of(str(meta.get("m", ""))),
        values=values,
        fields=fields,
        view_id=str(view.get("id", "")),
        draft=number_of(str(meta["r"])) if "r" in meta else 0,
    )


def command(payload: Mapping[str, Any]) -> Command:
    word, _, rest = str(payload.get("text") or "").strip().partition(" ")
    place = Place(
        user=str(payload.get("user_id", "")),
        team=str(payload.get("team_id", "")),
        channel=str(payload.get("channel_id", "")),
    )
    return Command(place, word.casefold() or "queue", rest.strip())


def typed(view: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what stands in a modal, and in which input block, by action id."""
    values: dict[str, str] = {}
    fields: dict[str, str] = {}
    asked = [one.get("block_id") for one in view["blocks"] if one["type"] == "input"]
    for block, inputs in ((view.get("state") or {}).get("values") or {}).items():
        for action, state in inputs.items():
            option = state.get("selected_option") or {}
            value = state.get("value") or option.get("value")
            values[action] = str(value or state.get("selected_user") or "")
            if block in asked:
                fields[action] = str(block)
    return values, fields


def number_of(value: str) -> int:
    """Return an id that came back from a client.

    Raises:
        Declined: it is no id.
    """
    if not (value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS):
        raise Declined("that button is not one of ours any more; use the newest card")
    return int(value)


def meta(number: int, place: Place, draft: int = 0) -> str:
    """Return what a modal carries to say what it is about: ids alone."""
    kept: dict[str, Any] = {"m": number, "c": place.channel, "t": place.ts}
    return json.dumps(kept | ({"r": draft} if draft else {}))


def _meta(view: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _place(payload: Mapping[str, Any], meta: Mapping[str, Any]) -> Place:
    user = payload.get("user") or {}
    container = payload.get("container") or {}
    channel = (payload.get("channel") or {}).get("id") or meta.get("c")
    return Place(
        user=str(user.get("id", "")),
        team=str((payload.get("team") or {}).get("id") or user.get("team_id", "")),
        channel=str(channel or ""),
        ts=str(container.get("message_ts") or meta.get("t") or ""),
    )
