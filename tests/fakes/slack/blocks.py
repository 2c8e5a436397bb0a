"""Blocks of messages, modals and the home tab, as Slack takes them."""

import json

from tests.fakes.slack.elements import IN_ACTIONS, IN_INPUT, actions, element
from tests.fakes.slack.faults import SlackError, invalid
from tests.fakes.slack.fields import boolean, items, obj, string, text, unique, url
from tests.fakes.slack.richtext import rich_text

MOST = {"message": 50, "modal": 100, "home": 100}
HEAVIEST = 13_200
BOTH = ("plain_text", "mrkdwn")


def check(blocks, surface="message"):
    """Raise what Slack answers to blocks it does not take."""
    for at, block in items("/blocks", blocks, MOST[surface], 0):
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in BLOCKS or surface not in BLOCKS[kind][1]:
            raise invalid(f"{at}/type", f"unsupported block: {kind}")
        if "block_id" in block:
            string(f"{at}/block_id", block["block_id"], 255)
        BLOCKS[kind][0](at, block)
    unique("/blocks", [one["block_id"] for one in blocks if "block_id" in one])
    if surface == "message" and len(json.dumps(blocks)) > HEAVIEST:
        raise SlackError("msg_blocks_too_long")


def _section(path, block):
    obj(path, block, ("type",), ("block_id", "text", "fields", "accessory", "expand"))
    if "text" not in block and "fields" not in block:
        raise invalid(path, "must have text or fields")
    if "text" in block:
        text(f"{path}/text", block["text"], 3000, BOTH)
    if "fields" in block:
        for at, one in items(f"{path}/fields", block["fields"], 10):
            text(at, one, 2000, BOTH)
    if "accessory" in block:
        one = block["accessory"]
        if isinstance(one, dict) and one.get("type") == "image":
            _image_element(f"{path}/accessory", one)
        else:
            element(f"{path}/accessory", one, IN_ACTIONS)


def _header(path, block):
    obj(path, block, ("type", "text"), ("block_id",))
    text(f"{path}/text", block["text"], 150)


def _divider(path, block):
    obj(path, block, ("type",), ("block_id",))


def _context(path, block):
    obj(path, block, ("type", "elements"), ("block_id",))
    for at, one in items(f"{path}/elements", block["elements"], 10):
        if isinstance(one, dict) and one.get("type") == "image":
            _image_element(at, one)
        else:
            text(at, one, 3000, BOTH)


def _actions(path, block):
    obj(path, block, ("type", "elements"), ("block_id",))
    actions(path, items(f"{path}/elements", block["elements"], 25), IN_ACTIONS)


def _image_element(path, value):
    obj(path, value, ("type", "alt_text"), ("image_url", "slack_file"))
    string(f"{path}/alt_text", value["alt_text"], 2000)
    _picture(path, value)


def _image(path, block):
    more = ("block_id", "title", "image_url", "slack_file")
    obj(path, block, ("type", "alt_text"), more)
    string(f"{path}/alt_text", block["alt_text"], 2000)
    if "title" in block:
        text(f"{path}/title", block["title"], 2000)
    _picture(path, block)


def _picture(path, value):
    if ("image_url" in value) == ("slack_file" in value):
        raise invalid(path, "must have image_url or slack_file")
    if "image_url" in value:
        url(f"{path}/image_url", value["image_url"])
    else:
        obj(f"{path}/slack_file", value["slack_file"], (), ("id", "url"))


def _input(path, block):
    more = ("block_id", "hint", "optional", "dispatch_action")
    obj(path, block, ("type", "label", "element"), more)
    text(f"{path}/label", block["label"], 2000)
    element(f"{path}/element", block["element"], IN_INPUT)
    if "hint" in block:
        text(f"{path}/hint", block["hint"], 2000)
    for name in ("optional", "dispatch_action"):
        if name in block:
            boolean(f"{path}/{name}", block[name])


def _alert(path, block):
    obj(path, block, ("type", "text"), ("block_id", "level"))
    text(f"{path}/text", block["text"], 200, BOTH)
    if block.get("level", "default") not in (
        "default",
        "info",
        "warning",
        "error",
        "success",
    ):
        raise invalid(f"{path}/level", "is not known")


EVERYWHERE = ("message", "modal", "home")
BLOCKS = {
    "section": (_section, EVERYWHERE),
    "header": (_header, EVERYWHERE),
    "divider": (_divider, EVERYWHERE),
    "context": (_context, EVERYWHERE),
    "actions": (_actions, EVERYWHERE),
    "image": (_image, EVERYWHERE),
    "rich_text": (rich_text, EVERYWHERE),
    "input": (_input, ("modal", "home")),
    "alert": (_alert, ("modal",)),
}
