"""Messages: posted, changed, deleted, looked through."""

import json

from tests.fakes.slack import blocks
from tests.fakes.slack.faults import SlackError

LONGEST = 40_000
LONGEST_UPDATE = 4_000
HEAVIEST_METADATA = 8_000


def post(space, args):
    channel = _writable(space, args)
    _content(args, LONGEST)
    thread = args.get("thread_ts")
    if thread and not any(m["ts"] == thread for m in channel.messages):
        raise SlackError("thread_not_found")
    message = {
        "type": "message",
        "ts": space.new_ts(),
        "user": space.bot_user,
        "bot_id": space.bot_id,
        "text": args.get("text", ""),
    } | {
        name: args[name]
        for name in (
            "blocks",
            "metadata",
            "thread_ts",
            "reply_broadcast",
            "parse",
            "link_names",
        )
        if args.get(name)
    }
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def update(space, args):
    channel = _writable(space, args)
    message = space.message(channel, args.get("ts"))
    if message.get("bot_id") != space.bot_id:
        raise SlackError("cant_update_message")
    _content(args, LONGEST_UPDATE)
    message["text"] = args.get("text", "")
    # Left out, Slack reads the text as people type it.
    message["parse"] = args.get("parse", "client")
    if "blocks" in args:
        message["blocks"] = args["blocks"]
    elif "text" in args:
        message.pop("blocks", None)
    if "metadata" in args:
        message["metadata"] = args["metadata"]
    message["edits"] = message.get("edits", 0) + 1
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}


def delete(space, args):
    channel = _writable(space, args)
    channel.messages.remove(space.message(channel, args.get("ts")))
    return {"channel": channel.id, "ts": args["ts"]}


def ephemeral(space, args):
    channel = _writable(space, args)
    if args.get("user") not in space.users:
        raise SlackError("user_not_in_channel")
    _content(args, LONGEST)
    space.ephemeral.append(args | {"channel": channel.id})
    return {"message_ts": space.new_ts()}


def permalink(space, args):
    channel = space.channel(args.get("channel"))
    message = space.message(channel, args.get("message_ts"))
    place = f"{channel.id}/p{message['ts'].replace('.', '')}"
    return {
        "channel": channel.id,
        "permalink": f"https://fake.slack.com/archives/{place}",
    }


def history(space, args):
    channel = _readable(space, args)
    found = [m for m in _seen(channel) if m.get("thread_ts") in (None, m["ts"])]
    return _span(found[::-1], args)


def replies(space, args):
    channel = _readable(space, args)
    top = args.get("ts")
    if not any(m["ts"] == top for m in channel.messages):
        raise SlackError("thread_not_found")
    return _span(
        [m for m in _seen(channel) if top in (m["ts"], m.get("thread_ts"))], args
    )


def _seen(channel):
    return channel.messages[: len(channel.messages) - channel.hidden]


def _readable(space, args):
    channel = space.channel(args.get("channel"))
    if not channel.is_member:
        raise SlackError("not_in_channel")
    return channel


def _writable(space, args):
    channel = space.channel(args.get("channel"), to_write=True)
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.is_member:
        raise SlackError("not_in_channel")
    return channel


def _span(messages, args):
    oldest, latest = float(args.get("oldest", 0)), float(args.get("latest", "inf"))
    found = [m for m in messages if oldest < float(m["ts"]) < latest]
    if str(args.get("include_all_metadata")) not in ("1", "true", "True"):
        found = [{k: v for k, v in m.items() if k != "metadata"} for m in found]
    return page(found, args, "messages")


def page(found, args, name):
    limit, start = int(args.get("limit") or 100), int(args.get("cursor") or 0)
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    rest = start + limit < len(found)
    return {
        name: found[start : start + limit],
        "has_more": rest,
        "response_metadata": {"next_cursor": str(start + limit) if rest else ""},
    }


def _content(args, longest):
    text = args.get("text", "")
    if not isinstance(text, str):
        raise SlackError("invalid_arguments")
    if not text and not args.get("blocks"):
        raise SlackError("no_text")
    if len(text) > longest:
        raise SlackError("msg_too_long")
    if args.get("parse", "none") not in ("none", "full", "client"):
        raise SlackError("invalid_arguments")
    if "blocks" in args:
        blocks.check(args["blocks"])
    if metadata := args.get("metadata"):
        _metadata(metadata)


def _metadata(metadata):
    if set(metadata) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    payload = metadata["event_payload"]
    if not isinstance(payload, dict) or not all(map(_is_plain, payload.values())):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > HEAVIEST_METADATA:
        raise SlackError("metadata_too_large")


def _is_plain(value):
    values = value if isinstance(value, list) else [value]
    return all(isinstance(one, str | int | float | bool) for one in values)
