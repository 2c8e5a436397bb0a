"""What Slack refuses, and how its edge breaks."""

from dataclasses import dataclass, field


class SlackError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code, **more):
        super().__init__(code)
        self.code = code
        self.more = more


def invalid(path, words):
    """Return what Slack says of a block it does not take."""
    messages = [f"[ERROR] {words} [json-pointer:{path}]"]
    return SlackError("invalid_blocks", response_metadata={"messages": messages})


@dataclass
class Fault:
    """One way to break one call, `times` times.

    `how`: "drop_before" and "drop_after" reset the connection before or after the call
    was done; "http_before" and "http_after" answer `status` instead; "late" answers
    after `seconds`; "busy" is a 429 with Retry-After; "error" is `ok: false` with `code`.
    """

    how: str
    method: str = "chat.postMessage"
    times: int = 1
    status: int = 500
    seconds: float = 0
    retry_after: int = 1
    code: str = "internal_error"
    channel: str | None = None


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)
    down: bool = False

    def take(self, method, channel):
        """Return the fault that this call meets, and count it."""
        for fault in self.waiting:
            fits = fault.channel in (None, channel) and fault.method in (method, "*")
            if fits and fault.times > 0:
                fault.times -= 1
                return fault
        return None
