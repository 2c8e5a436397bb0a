"""Buttons, menus and inputs, as Slack takes them."""

from tests.fakes.slack.faults import invalid
from tests.fakes.slack.fields import (
    boolean,
    confirm,
    obj,
    option,
    options,
    string,
    style,
    text,
    unique,
    url,
)

PICKERS = ("users_select", "channels_select", "conversations_select")
MULTI = ("multi_users_select", "multi_static_select")
COMMON = ("type", "action_id", "confirm", "focus_on_load", "placeholder")


def element(path, value, allowed):
    """Take one interactive element, if it may stand there."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in allowed or kind not in ELEMENTS:
        raise invalid(f"{path}/type", f"unsupported element: {kind}")
    ELEMENTS[kind](path, value)
    if "action_id" in value:
        string(f"{path}/action_id", value["action_id"], 255)
    if "confirm" in value:
        confirm(f"{path}/confirm", value["confirm"])
    if "placeholder" in value:
        text(f"{path}/placeholder", value["placeholder"], 150)
    if "focus_on_load" in value:
        boolean(f"{path}/focus_on_load", value["focus_on_load"])


def _button(path, value):
    more = ("action_id", "url", "value", "style", "confirm", "accessibility_label")
    obj(path, value, ("type", "text"), more)
    text(f"{path}/text", value["text"], 75)
    style(path, value)
    if "value" in value:
        string(f"{path}/value", value["value"], 2000)
    if "url" in value:
        url(f"{path}/url", value["url"])
    if "accessibility_label" in value:
        string(f"{path}/accessibility_label", value["accessibility_label"], 75)


def _overflow(path, value):
    obj(path, value, ("type", "options"), ("action_id", "confirm"))
    options(f"{path}/options", value["options"], 5, may_link=True)


def _select(path, value):
    more = (
        *COMMON,
        "option_groups",
        "initial_option",
        "initial_options",
        "max_selected_items",
    )
    obj(path, value, ("type", "options"), more)
    options(f"{path}/options", value["options"], 100)
    _initial(path, value)


def _choices(path, value):
    obj(
        path, value, ("type", "options"), (*COMMON, "initial_option", "initial_options")
    )
    options(f"{path}/options", value["options"], 10, kinds=("plain_text", "mrkdwn"))
    _initial(path, value)


def _initial(path, value):
    wanted = [*value.get("initial_options", [])]
    if "initial_option" in value:
        wanted.append(value["initial_option"])
    for one in wanted:
        option(f"{path}/initial_option", one, ("plain_text", "mrkdwn"))
        if one not in value["options"]:
            raise invalid(f"{path}/initial_option", "must match one of the options")


def _picker(path, value):
    more = (
        "initial_user", "initial_users", "initial_channel", "initial_conversation",
        "max_selected_items", "filter", "default_to_current_conversation",
    )  # fmt: skip
    obj(path, value, ("type",), (*COMMON, *more))


def _input(path, value):
    more = (
        "initial_value", "multiline", "min_length", "max_length",
        "dispatch_action_config",
    )  # fmt: skip
    obj(path, value, ("type",), (*COMMON, *more))
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if not (0 <= least <= 3000 and 1 <= most <= 3000 and least <= most):
        raise invalid(path, "min_length and max_length must be within 0 and 3000")
    if "initial_value" in value:
        string(f"{path}/initial_value", value["initial_value"], most, 0)


def _url_input(path, value):
    more = ("initial_value", "dispatch_action_config")
    obj(path, value, ("type",), (*COMMON, *more))
    if value.get("initial_value"):
        url(f"{path}/initial_value", value["initial_value"])


def _moment(path, value):
    obj(
        path,
        value,
        ("type",),
        (*COMMON, "initial_date", "initial_time", "initial_date_time", "timezone"),
    )


def actions(path, values, allowed):
    for at, one in values:
        element(at, one, allowed)
    unique(path, [one["action_id"] for _, one in values if "action_id" in one])


ELEMENTS = {
    "button": _button,
    "overflow": _overflow,
    "static_select": _select,
    "multi_static_select": _select,
    "radio_buttons": _choices,
    "checkboxes": _choices,
    "plain_text_input": _input,
    "url_text_input": _url_input,
    "datepicker": _moment,
    "timepicker": _moment,
    "datetimepicker": _moment,
    "users_select": _picker,
    "multi_users_select": _picker,
    "channels_select": _picker,
    "conversations_select": _picker,
}
IN_ACTIONS = tuple(
    kind for kind in ELEMENTS if kind not in ("plain_text_input", "url_text_input")
)
IN_INPUT = tuple(kind for kind in ELEMENTS if kind not in ("button", "overflow"))
