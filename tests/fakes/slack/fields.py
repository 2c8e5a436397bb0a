"""The grammar of Slack's objects: which fields, how long, of what kind."""

from tests.fakes.slack.faults import invalid


def obj(path, value, required, optional=()):
    """Take an object that has every required field and no unknown one."""
    if not isinstance(value, dict):
        raise invalid(path, "must be an object")
    for name in required:
        if name not in value:
            raise invalid(path, f"missing required field: {name}")
    for name in value:
        if name not in required and name not in optional:
            raise invalid(f"{path}/{name}", "no more properties are allowed")


def string(path, value, most, least=1):
    if not isinstance(value, str):
        raise invalid(path, "must be a string")
    if len(value) < least:
        raise invalid(path, f"must be more than {least - 1} characters")
    if len(value) > most:
        raise invalid(path, f"must be less than {most + 1} characters")


def items(path, value, most, least=1):
    if not isinstance(value, list):
        raise invalid(path, "must be a list")
    if not least <= len(value) <= most:
        raise invalid(path, f"must have {least} to {most} items")
    return [(f"{path}/{n}", one) for n, one in enumerate(value)]


def boolean(path, value):
    if not isinstance(value, bool):
        raise invalid(path, "must be true or false")


def text(path, value, most, kinds=("plain_text",)):
    """Take a text object, plain or mrkdwn."""
    obj(path, value, ("type", "text"), ("emoji", "verbatim"))
    if value["type"] not in kinds:
        raise invalid(f"{path}/type", f"must be one of {', '.join(kinds)}")
    if ("emoji" in value) and value["type"] != "plain_text":
        raise invalid(path, "emoji is for plain_text")
    if ("verbatim" in value) and value["type"] != "mrkdwn":
        raise invalid(path, "verbatim is for mrkdwn")
    string(f"{path}/text", value["text"], most)


def url(path, value, most=3000):
    string(path, value, most)
    if not value.startswith(("http://", "https://", "mailto:")):
        raise invalid(path, "must be a valid URL")
    if any(c in value for c in " <>\n\t") or not value.isprintable():
        raise invalid(path, "must be a valid URL")


def unique(path, values):
    if len(values) != len(set(values)):
        raise invalid(path, "must be unique")


def confirm(path, value):
    obj(path, value, ("title", "text", "confirm", "deny"), ("style",))
    text(f"{path}/title", value["title"], 100)
    text(f"{path}/text", value["text"], 300, ("plain_text", "mrkdwn"))
    text(f"{path}/confirm", value["confirm"], 30)
    text(f"{path}/deny", value["deny"], 30)
    style(path, value)


def style(path, value):
    if value.get("style", "primary") not in ("primary", "danger"):
        raise invalid(f"{path}/style", "must be primary or danger")


def option(path, value, kinds=("plain_text",), *, may_link=False):
    more = ("description", "url") if may_link else ("description",)
    obj(path, value, ("text", "value"), more)
    text(f"{path}/text", value["text"], 75, kinds)
    string(f"{path}/value", value["value"], 150)
    if "description" in value:
        text(f"{path}/description", value["description"], 75, kinds)
    if "url" in value:
        url(f"{path}/url", value["url"])


def options(path, value, most, **how):
    for at, one in items(path, value, most):
        option(at, one, **how)
    unique(path, [one["value"] for one in value])
