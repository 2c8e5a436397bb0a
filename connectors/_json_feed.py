"""JSON Feed, versions 1 and 1.1: https://www.jsonfeed.org/version/1.1/."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connectors._entries import (
    Entry,
    Feed,
    NotAFeed,
    absolute,
    each,
    language_tag,
    told_something,
)
from connectors._html import clean, html_to_text


def json_feed(body: bytes, address: str) -> Feed:
    try:
        told = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as e:
        raise NotAFeed("the JSON is broken or cut off", fleeting=True) from e
    version, items = str(told.get("version") or ""), told.get("items")
    if "jsonfeed.org" not in version or not isinstance(items, list):
        raise NotAFeed("that is JSON, but no JSON Feed (jsonfeed.org)")
    site = absolute(told.get("home_page_url"), address)
    entries, unread = each(items, lambda item: _json_entry(item, address))
    lang, author = language_tag(told.get("language")), _json_author(told, address)[0]
    return Feed(
        title=clean(str(told.get("title") or "")),
        link=site,
        author=author,
        entries=tuple(replace(e, lang=e.lang or lang) for e in entries),
        unread=unread,
    )


def _json_entry(item: Any, address: str) -> Entry:
    if not isinstance(item, Mapping):
        raise TypeError(f"an item must be an object, this is a {type(item).__name__}")
    name = item.get("id")
    text, html = item.get("content_text"), item.get("content_html")
    body = clean(str(text)) if text else html_to_text(str(html or ""))
    author, author_url = _json_author(item, address)
    return told_something(
        Entry(
            id=clean(str(name)) if name is not None else "",
            link=absolute(item.get("url") or item.get("external_url"), address),
            title=clean(str(item.get("title") or "")),
            body=body or clean(str(item.get("summary") or "")),
            author=author,
            author_url=author_url,
            published=_json_date(item.get("date_published")),
            updated=_json_date(item.get("date_modified")),
            lang=language_tag(item.get("language")),
        )
    )


def _json_author(told: Mapping[str, Any], address: str) -> tuple[str, str]:
    """Version 1.1 has a list of authors, version 1 had one."""
    authors = told.get("authors") or [told.get("author")]
    first = authors[0] if isinstance(authors, list) else None
    if not isinstance(first, Mapping):
        return "", ""
    return clean(str(first.get("name") or "")), absolute(first.get("url"), address)


def _json_date(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
