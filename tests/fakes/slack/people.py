"""What people do: they press, choose, submit, type commands. Each becomes an envelope."""


class People:
    """Hands over interactions in Slack's shape. Every method returns the envelope."""

    def __init__(self, space):
        self.space = space

    def press(self, user, channel, message, action_id, *, option=None):
        """Press a button, or choose an option of a menu, on a message."""
        block, element = _find(message["blocks"], action_id, option)
        action = {
            "type": element["type"],
            "action_id": action_id,
            "block_id": block.get("block_id", "b"),
            "action_ts": self.space.new_ts(),
        }
        if option is None:
            action["value"] = element.get("value")
        else:
            chosen = next(o for o in element["options"] if o["value"] == option)
            action["selected_option"] = chosen
        return self._interact(
            user,
            "block_actions",
            actions=[action],
            message=message,
            channel={"id": self.space.named(channel).id, "name": channel},
            container={"type": "message", "message_ts": message["ts"]},
            trigger_id=self.space.trigger(),
            response_url="https://hooks.slack.example/actions/1",
        )

    def submit(self, user, view, values):
        """Submit a modal; `values` is block id -> action id -> state."""
        shown = view | {"state": {"values": values}}
        return self._interact(
            user, "view_submission", view=shown, trigger_id=self.space.trigger()
        )

    def close(self, user, view):
        return self._interact(user, "view_closed", view=view, is_cleared=False)

    def shortcut(self, user, callback_id, channel, message):
        return self._interact(
            user,
            "message_action",
            callback_id=callback_id,
            message=message,
            channel={"id": self.space.named(channel).id, "name": channel},
            trigger_id=self.space.trigger(),
        )

    def command(self, user, text, channel, command="/everyreply"):
        payload = {
            "command": command,
            "text": text,
            "user_id": user,
            "channel_id": self.space.named(channel).id,
            "team_id": self.space.team,
            "trigger_id": self.space.trigger(),
            "response_url": "https://hooks.slack.example/commands/1",
        }
        return self.space.sockets.send(
            "slash_commands", payload, accepts_response_payload=True
        )

    def event(self, **event):
        number = f"Ev{self.space.number():08d}"
        payload = {"type": "event_callback", "event_id": number, "event": event}
        return self.space.sockets.send(
            "events_api", payload | {"team_id": self.space.team}, retry_attempt=0
        )

    def _interact(self, user, kind, **more):
        person = {"id": user, "team_id": self.space.team}
        payload = {"type": kind, "team": {"id": self.space.team}, "user": person}
        return self.space.sockets.send("interactive", payload | more)


def _find(blocks, action_id, option):
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            values = [o["value"] for o in element.get("options", [])]
            if element.get("action_id") == action_id and option in (None, *values):
                return block, element
    raise AssertionError(f"nothing on the message is called {action_id}")
