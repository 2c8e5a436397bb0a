"""Slack's Web API methods, over what the workspace remembers."""

from tests.fakes.slack import blocks, chat, files, modals
from tests.fakes.slack.faults import SlackError


def call(space, method, token, args):
    """Return the answer to one call, or raise what Slack says against it."""
    if method not in METHODS:
        raise SlackError("unknown_method")
    answer, allowed, scope = METHODS[method]
    _authorise(space, method, token, scope)
    unknown = set(args) - set(allowed) - {"token"}
    if unknown:
        messages = [f"[ERROR] unknown argument: {name}" for name in sorted(unknown)]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})
    return {"ok": True} | answer(space, args)


def _authorise(space, method, token, scope):
    is_app = method == "apps.connections.open"
    if not token:
        raise SlackError("not_authed")
    if token not in (space.bot_token, space.app_token):
        raise SlackError("invalid_auth")
    if is_app != (token == space.app_token):
        raise SlackError("not_allowed_token_type")
    if space.revoked:
        raise SlackError("token_revoked")
    if scope and not any(one in space.scopes for one in scope.split("|")):
        provided = ",".join(sorted(space.scopes))
        raise SlackError("missing_scope", needed=scope.split("|")[0], provided=provided)


def _auth_test(space, args):
    return {
        "url": "https://fake.slack.com/",
        "team": "Fake",
        "team_id": space.team,
        "user": "everyreply",
        "user_id": space.bot_user,
        "bot_id": space.bot_id,
    }


def _api_test(space, args):
    return {}


def _list(space, args):
    found = [one.shown() for one in space.channels.values()]
    if str(args.get("exclude_archived", "0")) in ("1", "true", "True"):
        found = [one for one in found if not one["is_archived"]]
    found = [one for one in found if one["is_member"] or not one["is_private"]]
    return chat.page(found, args, "channels")


def _info(space, args):
    return {"channel": space.channel(args.get("channel")).shown()}


def _join(space, args):
    channel = space.channel(args.get("channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    channel.is_member = True
    return {"channel": channel.shown()}


def _members(space, args):
    return chat.page(space.channel(args.get("channel")).members, args, "members")


def _open_dm(space, args):
    name = f"dm-{args['users']}"
    for one in space.channels.values():
        if one.name == name:
            return {"channel": {"id": one.id}}
    return {"channel": {"id": space.add_channel(name, is_private=True).id}}


def _lookup(space, args):
    for user in space.users.values():
        if user["profile"]["email"] == args.get("email"):
            return {"user": user}
    raise SlackError("users_not_found")


def _user(space, args):
    if args.get("user") not in space.users:
        raise SlackError("user_not_found")
    return {"user": space.users[args["user"]]}


def _groups(space, args):
    return {"usergroups": list(space.groups.values())}


def _group_users(space, args):
    return {"users": space.groups[args["usergroup"]]["users"]}


def _connect(space, args):
    return {"url": f"ws://127.0.0.1:{space.port}/link/?ticket={space.number()}"}


def _validate(space, args):
    blocks.check(args.get("blocks", []))
    return {}


READ = "channels:read|groups:read"
HISTORY = "channels:history|groups:history"
POST = (
    "channel", "text", "blocks", "metadata", "thread_ts", "reply_broadcast", "parse",
    "link_names", "unfurl_links", "unfurl_media", "mrkdwn",
)  # fmt: skip
PAGED = ("limit", "cursor")
SPAN = ("channel", "oldest", "latest", "inclusive", "include_all_metadata", *PAGED)
VIEW = ("view", "trigger_id", "interactivity_pointer")
METHODS = {
    "api.test": (_api_test, (), None),
    "auth.test": (_auth_test, (), None),
    "apps.connections.open": (_connect, (), None),
    "blocks.validate": (_validate, ("blocks",), None),
    "chat.postMessage": (chat.post, POST, "chat:write"),
    "chat.update": (
        chat.update,
        (
            "channel",
            "ts",
            "text",
            "blocks",
            "metadata",
            "parse",
            "link_names",
            "reply_broadcast",
        ),
        "chat:write",
    ),
    "chat.delete": (chat.delete, ("channel", "ts"), "chat:write"),
    "chat.postEphemeral": (
        chat.ephemeral,
        ("channel", "user", "text", "blocks", "thread_ts", "parse", "link_names"),
        "chat:write",
    ),
    "chat.getPermalink": (chat.permalink, ("channel", "message_ts"), None),
    "conversations.history": (chat.history, SPAN, HISTORY),
    "conversations.replies": (chat.replies, (*SPAN, "ts"), HISTORY),
    "conversations.info": (_info, ("channel", "include_num_members"), READ),
    "conversations.list": (
        _list,
        ("types", "exclude_archived", "team_id", *PAGED),
        READ,
    ),
    "conversations.join": (_join, ("channel",), "channels:join"),
    "conversations.members": (_members, ("channel", *PAGED), READ),
    "conversations.open": (_open_dm, ("users", "return_im"), "im:write"),
    "users.info": (_user, ("user", "include_locale"), "users:read"),
    "users.lookupByEmail": (_lookup, ("email",), "users:read.email"),
    "usergroups.list": (
        _groups,
        ("include_users", "include_disabled"),
        "usergroups:read",
    ),
    "usergroups.users.list": (_group_users, ("usergroup",), "usergroups:read"),
    "views.open": (modals.open_view, VIEW, None),
    "views.push": (modals.push, VIEW, None),
    "views.update": (modals.update, ("view", "view_id", "external_id", "hash"), None),
    "views.publish": (modals.publish, ("user_id", "view", "hash"), None),
    "files.getUploadURLExternal": (
        files.begin,
        ("filename", "length", "alt_txt", "snippet_type"),
        "files:write",
    ),
    "files.completeUploadExternal": (
        files.complete,
        ("files", "channel_id", "channels", "initial_comment", "thread_ts", "blocks"),
        "files:write",
    ),
    "files.info": (files.info, ("file",), "files:read"),
}
