"""The app as Slack is told of it, and the link that makes it with one press.

https://docs.slack.dev/reference/app-manifest
"""

import json
from typing import Any
from urllib.parse import quote

SCOPES = {
    "chat:write": "post and change cards",
    "channels:history": "look up whether a post arrived",
    "groups:history": "the same in private channels",
    "channels:read": "find channels by name",
    "groups:read": "the same for private ones",
    "im:write": "tell somebody in person",
    "users:read": "names and time zones",
    "users:read.email": "find people by e-mail",
    "usergroups:read": "call a group",
    "files:write": "charts of the digest",
    "files:read": "wait until a chart is ready",
    "commands": "/everyreply and shortcuts",
}
"""What the app may do, and what for. Not chat:write.public: the invitation into a
channel is the consent."""
COMMAND = "/everyreply"
TRACK = "track_message"
"""`callback_id` of the message shortcut."""
CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="


def manifest() -> dict[str, Any]:
    """Return the app's manifest, as Slack's JSON schema has it."""
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Everyreply",
            "description": "Brings every mention that needs an answer to those who answer",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "everyreply", "always_online": True},
            "shortcuts": [
                {
                    "name": "Track as a mention",
                    "type": "message",
                    "callback_id": TRACK,
                    "description": "Put this message's link into the queue",
                }
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Your queue, your work, search, digest, status",
                    "usage_hint": "[queue|mine|find|digest|status|help]",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": ["app_home_opened"]},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def as_text() -> str:
    """Return the manifest to paste: JSON, which Slack takes, and which is YAML too."""
    return json.dumps(manifest(), indent=2, ensure_ascii=False)


def link() -> str:
    """Return the address that makes the app with one press."""
    return CREATE + quote(json.dumps(manifest(), separators=(",", ":")), safe="")
