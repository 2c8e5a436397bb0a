"""rich_text, as Slack takes it: what is in a text element is shown, never read."""

from tests.fakes.slack.faults import invalid
from tests.fakes.slack.fields import boolean, items, obj, string, url

STYLES = (
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "client_highlight",
    "unlink",
)


def rich_text(path, block):
    obj(path, block, ("type", "elements"), ("block_id",))
    for at, part in items(f"{path}/elements", block["elements"], 1000):
        _part(at, part)


def _part(path, part):
    kind = part.get("type") if isinstance(part, dict) else None
    if kind == "rich_text_list":
        obj(path, part, ("type", "elements", "style"), ("indent", "offset", "border"))
        if part["style"] not in ("bullet", "ordered"):
            raise invalid(f"{path}/style", "must be bullet or ordered")
        for at, one in items(f"{path}/elements", part["elements"], 1000):
            _part(at, one)
    elif kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        obj(path, part, ("type", "elements"), ("border", "language"))
        for at, one in items(f"{path}/elements", part["elements"], 1000):
            _leaf(at, one)
    else:
        raise invalid(f"{path}/type", f"unsupported element: {kind}")


def _leaf(path, leaf):
    kind = leaf.get("type") if isinstance(leaf, dict) else None
    if kind not in LEAVES:
        raise invalid(f"{path}/type", f"unsupported element: {kind}")
    required, optional = LEAVES[kind]
    obj(path, leaf, ("type", *required), (*optional, "style"))
    for name in ("text", "name", "fallback", "format"):
        if name in leaf:
            string(f"{path}/{name}", leaf[name], 12_000)
    if kind == "link":
        url(f"{path}/url", leaf["url"])
    if kind == "date" and not isinstance(leaf["timestamp"], int):
        raise invalid(f"{path}/timestamp", "must be an integer")
    if kind == "broadcast" and leaf["range"] not in ("here", "channel", "everyone"):
        raise invalid(f"{path}/range", "must be here, channel or everyone")
    _style(f"{path}/style", leaf.get("style", {}))


def _style(path, style):
    obj(path, style, (), STYLES)
    for name, value in style.items():
        boolean(f"{path}/{name}", value)


LEAVES = {
    "text": (("text",), ()),
    "emoji": (("name",), ("unicode", "skin_tone")),
    "link": (("url",), ("text", "unsafe")),
    "user": (("user_id",), ()),
    "usergroup": (("usergroup_id",), ()),
    "channel": (("channel_id",), ()),
    "broadcast": (("range",), ()),
    "color": (("value",), ()),
    "date": (("timestamp", "format"), ("url", "fallback")),
}
