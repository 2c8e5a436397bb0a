"""The grammar of a message: text that is safe, and short enough, where it stands.

Limits: https://docs.slack.dev/reference/block-kit. Unpublished, but enforced: all
blocks of a message together stay below about 13,200 characters of JSON.
"""

import re
import sys
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypeAlias
from urllib.parse import quote

from monitor.rules.text import harmless, harmless_line

Block: TypeAlias = dict[str, Any]
LONGEST_TEXT = 700
"""Characters of the sentence that notifications and screen readers get; escaped, it
may be five times as long, and Slack takes 4,000."""
LONGEST_JSON = 12_000
"""What we let all blocks of a message weigh, in characters of ASCII JSON."""
_ID = re.compile(r"[UWS][A-Z0-9]{5,}")
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: blocks, and the sentence that stands for them."""

    text: str
    blocks: list[Block]


def sentence(words: str) -> str:
    """Return words for `text`, which Slack reads as mrkdwn: escaped, on one line."""
    return escape(cut(harmless_line(words), LONGEST_TEXT))


def escape(words: str) -> str:
    """Take from words what mrkdwn would read as a mention, a link or an entity."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def weight(char: str) -> int:
    """Return what one character weighs in ASCII JSON."""
    if char in '"\\\n\t':
        return 2
    if " " <= char <= "~":
        return 1
    return 6 if char <= "\uffff" else 12


def cut(words: str, most: int, heaviest: int | None = None) -> str:
    """Shorten to so many characters, and so much JSON; "…" says that there was more.

    No accent is left without its letter, no emoji in half.
    """
    room = sys.maxsize if heaviest is None else heaviest
    if len(words) <= most and sum(map(weight, words)) <= room:
        return words
    used, end = weight("…"), 0
    for char in words[: most - 1]:
        used += weight(char)
        if used > room:
            break
        end += 1
    # Sixteen: of somebody who heaps accents on one letter some may fall off.
    lowest = max(end - 16, 0)
    while lowest < end and _joins(words, end):
        end -= 1
    return words[:end].rstrip() + "…"


def _joins(words: str, at: int) -> bool:
    """Say whether the character at `at` belongs to the one before it."""
    joiners = "\u200d\ufe0f"
    is_mark = unicodedata.combining(words[at]) != 0 or words[at] in joiners
    return is_mark or words[at - 1] == "\u200d"


def plain(words: str, most: int) -> Block:
    """Return a plain_text object: shown as it is, no mention, no emoji code."""
    shown = cut(harmless_line(words), most, most * 3) or "–"
    return {"type": "plain_text", "text": shown, "emoji": False}


def mrkdwn(words: str) -> Block:
    """Return a mrkdwn object. Only for words of ours; names go through `escape`."""
    return {"type": "mrkdwn", "text": words}


def moment(at: datetime, form: str = "{date_short_pretty} at {time}") -> str:
    """Return a time that each reader sees in their own zone, for mrkdwn."""
    return f"<!date^{int(at.timestamp())}^{form}|{at:%d %b, %H:%M} UTC>"


def date(at: datetime) -> Block:
    """The same as an element of rich text."""
    return {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": "{date_short_pretty} at {time}",
        "fallback": f"{at:%d %b, %H:%M} UTC",
    }


def said(words: str, **style: bool) -> Block:
    """Return words as rich text shows them: literally, whoever wrote them."""
    made: Block = {"type": "text", "text": harmless(words) or "–"}
    return made | ({"style": style} if style else {})


def link(url: str, words: str, heaviest: int = 2000, **style: bool) -> Block:
    """Return a link, or its words alone where the address is none to press."""
    safe = address(url, heaviest)
    if not safe:
        return said(words, **style)
    made: Block = {"type": "link", "url": safe, "text": harmless(words) or "–"}
    return made | ({"style": style} if style else {})


def address(url: str, heaviest: int = 2000) -> str:
    """Return an address as Slack takes it, or nothing: http(s), whole, not too long."""
    safe = quote(url, safe=_SAFE, errors="replace")
    is_web = re.match(r"https?://[^/?#\s]", safe, re.IGNORECASE)
    return safe if is_web and len(safe) <= heaviest else ""


def section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def quoted(*elements: Block) -> Block:
    return {"type": "rich_text_quote", "elements": list(elements)}


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def context(*elements: Block) -> Block:
    return {"type": "context", "elements": list(elements)}


def actions(name: str, *elements: Block) -> Block:
    return {"type": "actions", "block_id": name[:255], "elements": list(elements)}


def ping(who: str) -> str:
    """Return what notifies a person (U…) or a user group (S…).

    Raises:
        ValueError: it is no id of Slack's.
    """
    if not _ID.fullmatch(who):
        raise ValueError(f"{who!r} is no id of a person or group in Slack")
    return f"<!subteam^{who}>" if who.startswith("S") else f"<@{who}>"


def stamp(*words: object) -> str:
    """Return a short name for this state: a block that changed gets a new id."""
    return blake2b(
        "\0".join(map(str, words)).encode("utf-8", "replace"), digest_size=6
    ).hexdigest()
