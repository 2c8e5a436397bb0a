"""Whom a message would notify, read the way Slack reads it."""

import re

RAW = re.compile(r"<(![a-z]+[^>]*|[@#][A-Z0-9]+[^>]*)>")
HARMLESS = re.compile(r"!date\^")
LOUD = re.compile(r"(?<!\w)@(channel|here|everyone)\b")


def pings(message):
    """Return everything in a message that notifies somebody."""
    found = _in_mrkdwn(message["text"])
    if message.get("parse") in ("full", "client") or message.get("link_names"):
        found += LOUD.findall(message["text"])
    return found + [one for block in message.get("blocks") or [] for one in _in(block)]


def _in(value):
    if isinstance(value, list):
        return [one for part in value for one in _in(part)]
    if not isinstance(value, dict):
        return []
    if value.get("type") in ("user", "usergroup", "broadcast"):
        return [value]
    if value.get("type") == "mrkdwn":
        return _in_mrkdwn(value["text"])
    return [one for part in value.values() for one in _in(part)]


def _in_mrkdwn(text):
    return [one for one in RAW.findall(text) if not HARMLESS.match(one)]
