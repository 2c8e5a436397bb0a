"""Modals and home tabs, as Slack takes them."""

import json

from tests.fakes.slack import blocks
from tests.fakes.slack.faults import SlackError
from tests.fakes.slack.fields import boolean, obj, string, text

MORE = (
    "close", "submit", "private_metadata", "callback_id", "clear_on_close",
    "notify_on_close", "external_id", "submit_disabled",
)  # fmt: skip


def check(view, kind="modal"):
    """Raise what Slack answers to a view it does not take."""
    try:
        _check(view, kind)
    except SlackError as e:
        if e.code == "invalid_blocks":
            raise SlackError("invalid_arguments", **e.more) from e
        raise
    if len(json.dumps(view)) > 250_000:
        raise SlackError("view_too_large")


def _check(view, kind):
    if kind == "home":
        more = ("private_metadata", "callback_id", "external_id")
        obj("/view", view, ("type", "blocks"), more)
    else:
        obj("/view", view, ("type", "title", "blocks"), MORE)
        text("/view/title", view["title"], 24)
    if view["type"] != kind:
        raise SlackError("invalid_arguments")
    _fields(view)
    blocks.check(view["blocks"], kind)
    has_input = any(one["type"] == "input" for one in view["blocks"])
    if kind == "modal" and has_input and "submit" not in view:
        raise SlackError("missing_submit")


def _fields(view):
    for name in ("submit", "close"):
        if name in view:
            text(f"/view/{name}", view[name], 24)
    for name, most in (
        ("private_metadata", 3000),
        ("callback_id", 255),
        ("external_id", 255),
    ):
        if name in view:
            string(f"/view/{name}", view[name], most, 0)
    for name in ("clear_on_close", "notify_on_close", "submit_disabled"):
        if name in view:
            boolean(f"/view/{name}", view[name])
