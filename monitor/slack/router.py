"""From what Slack hands over to the handler that deals with it.

A press is acknowledged first. One that opens a modal opens it right there, in the
receiving thread, with nothing in it yet: the trigger dies after three seconds, whatever
else is going on. A reserved pool then fills it in. A submitted form is the exception to
"acknowledge first": the acknowledgement says that it is kept, so it is kept before. So
is a command that one indexed question answers: its acknowledgement is the answer.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from connectors import ConnectorError
from monitor.rules.declined import Declined
from monitor.slack import handlers, inputs
from monitor.slack.desk import DEFECT, Desk, plainly
from monitor.slack.errors import translated
from monitor.slack.handlers import commands, home, reply, shortcut
from monitor.slack.handlers.base import Done, refused
from monitor.slack.inputs import Form, Place, Press
from monitor.slack.layout import Block
from monitor.slack.manifest import TRACK
from monitor.slack.modals.frame import words
from monitor.slack.modals.reply import SAVED, loading
from monitor.slack.people import Who
from monitor.slack.workers import Job, Workers

log = logging.getLogger(__name__)
Ack: TypeAlias = Callable[[Mapping[str, Any] | None], None]
"""Acknowledges what was handed over, with an answer where one is shown at once."""
WINDOW_THREADS, PRESS_THREADS, WAITING = 4, 6, 100
BUSY = "Too much is going on here right now; press again in a moment."
Payload: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Router:
    """Deals with what Slack hands over. `desk` returns the present desk: config.yaml may
    change while we run. `opener` is a client that gives up within a trigger's three
    seconds."""

    desk: Callable[[], Desk]
    opener: WebClient
    windows: Workers
    rest: Workers

    def take(self, kind: str, payload: Payload, ack: Ack, envelope_id: str) -> None:
        """Deal with one envelope. Never raises; always acknowledges."""
        acknowledged: list[bool] = []

        def once(answer: Payload | None = None) -> None:
            if not acknowledged:
                acknowledged.append(True)
                ack(answer)

        try:
            self._take(kind, payload, once, envelope_id)
        except Declined as e:
            said, place = plainly(e, plain=False), _place(payload)
            self.rest.give(lambda: self.desk().tell(place, said))
        except Exception:
            log.exception("what Slack handed over met a defect")
        finally:
            once()

    def close(self) -> None:
        """Finish what was taken."""
        self.windows.close()
        self.rest.close()

    def _take(self, kind: str, payload: Payload, ack: Ack, envelope_id: str) -> None:
        match kind, payload.get("type"):
            case "interactive", "view_submission":
                self._submitted(payload, ack, _key(payload, envelope_id))
            case "interactive", "block_actions":
                ack(None)
                self._pressed(payload, _key(payload, envelope_id))
            case "interactive", "view_closed":
                ack(None)
                view = str((payload.get("view") or {}).get("id", ""))
                self.rest.give(lambda: self.desk().store.slack.closed(view))
            case "interactive", "message_action":
                ack(None)
                self._shortcut(payload, _key(payload, envelope_id))
            case "slash_commands", _:
                self._typed(payload, ack, _key(payload, envelope_id))
            case "events_api", _:
                ack(None)
                self._happened(payload)
            case _:
                pass  # what we do not know is acknowledged, and nothing more

    # Presses.

    def _pressed(self, payload: Payload, key: str) -> None:
        action = str(((payload.get("actions") or [{}])[0]).get("action_id", ""))
        press = inputs.press(payload)
        if action == "home.refresh":
            self._do(press.place, lambda: self._publish(press.place), key)
        elif action == SAVED:
            self._fill(press, lambda who, _: reply.pick(self.desk(), press, who), key)
        elif opens := handlers.OPENS.get(press.what):
            title, fill = opens
            view_id = self._open(press.trigger, press.place, title)
            if view_id:
                self._fill(
                    press,
                    lambda who, view: fill(self.desk(), press, who, view),
                    key,
                    view_id,
                )
        elif does := handlers.DOES.get(press.what):
            self._do(press.place, lambda: self._did(press, does), key)

    def _did(self, press: Press, does: handlers.Do) -> None:
        desk = self.desk()
        who = desk.admit(press.place, _mention(desk, press))
        if said := does(desk, press, who):
            desk.tell(press.place, said)
        if not press.place.channel:
            home.publish(desk, who)

    def _do(self, place: Place, job: Job, key: str) -> None:
        """Do something soon, and say plainly what keeps it from being done."""
        if not self.rest.give(lambda: self._tried(place, job, key)):
            # Two words from the receiving thread: better late than in the dark.
            self.desk().tell(place, BUSY)

    def _tried(self, place: Place, job: Job, key: str) -> None:
        desk = self.desk()
        try:
            if desk.store.slack.first_sight(key, desk.now()):
                job()
        except Exception as e:  # noqa: BLE001 - whoever pressed must hear of it
            desk.tell(place, _told(e))

    # Windows.

    def _open(self, trigger: str, place: Place, title: str) -> str:
        """Open an empty window now; return its id, or "" where Slack would not."""
        view = loading(inputs.meta(0, place), title)
        try:
            with translated("opening a window", may_repeat=True):
                try:
                    answer = self.opener.views_open(trigger_id=trigger, view=view)
                    return str(answer["view"]["id"])
                except SlackApiError as e:
                    if e.response.get("error") == "exchanged_trigger_id":
                        return ""  # handed over twice: the window is open
                    raise
        except Exception as e:  # noqa: BLE001 - whoever pressed must hear of it
            log.warning("a window did not open: %s", e)
            self.rest.give(
                lambda: self.desk().tell(place, "The window did not open; press again.")
            )
            return ""

    def _fill(
        self,
        press: Press,
        fill: Callable[[Who, str], Block],
        key: str,
        view_id: str = "",
    ) -> None:
        """Put into a window what belongs there, from the reserved pool."""
        view = view_id or str(press.view.get("id", ""))
        # What was typed since counts: a window that changed is left as it is.
        seen = "" if view_id else str(press.view.get("hash", ""))

        def job() -> None:
            desk = self.desk()
            try:
                if not desk.store.slack.first_sight(key, desk.now()):
                    return
                who = desk.admit(press.place, _mention(desk, press))
                desk.show(view, fill(who, view), seen)
            except Exception as e:  # noqa: BLE001 - whoever pressed must hear of it
                self._not_filled(press.place, view_id, e)

        if not self.windows.give(job):
            self._not_filled(press.place, view_id, Declined(BUSY))

    def _not_filled(self, place: Place, fresh: str, error: Exception) -> None:
        """Say in a window why nothing comes into it; one with a draft stays as it is."""
        desk = self.desk()
        try:
            if fresh:
                desk.show(fresh, words("Not possible", _told(error, plain=True)))
                return
        except Exception as e:  # noqa: BLE001 - then it is said beside the window
            log.warning("a window cannot be changed: %s", e)
        desk.tell(place, _told(error))

    def _shortcut(self, payload: Payload, key: str) -> None:
        if payload.get("callback_id") != TRACK:
            return
        place = _place(payload)
        view_id = self._open(
            str(payload.get("trigger_id")), place, "Track as a mention"
        )
        message = payload.get("message") or {}
        press = Press(place, "track", 0, "", "")
        if view_id:
            self._fill(
                press,
                lambda *_: shortcut.fill(self.desk(), message, place),
                key,
                view_id,
            )

    # Forms.

    def _submitted(self, payload: Payload, ack: Ack, key: str) -> None:
        try:
            desk = self.desk()
            form = inputs.form(payload)
            if not desk.store.slack.first_sight(key, desk.now()):
                return
            done = self._kept(desk, form)
        except Exception as e:  # noqa: BLE001 - whoever submitted must hear of it
            view = words("Not possible", _told(e, plain=True))
            done = Done({"response_action": "push", "view": view})
        ack(done.answer or None)
        if done.after is not None:
            done.after()

    def _kept(self, desk: Desk, form: Form) -> Done:
        submit = handlers.FORMS.get(form.callback)
        if submit is None:
            return Done()
        try:
            who = desk.admit(form.place, form.number or None)
            return submit(desk, form, who)
        except Declined as e:
            said = refused(form, e, plainly(e))
            if not said.answer:
                raise
            return said

    # Commands and events.

    def _typed(self, payload: Payload, ack: Ack, key: str) -> None:
        command = inputs.command(payload)
        desk = self.desk()
        if command.word in commands.SLOW:
            ack({"response_type": "ephemeral", "text": "One moment…"})
            self._do(command.place, lambda: self._answered(command), key)
            return
        try:
            said = commands.answer(desk, command, desk.admit(command.place))
        except Exception as e:  # noqa: BLE001 - whoever typed must hear of it
            said = {"response_type": "ephemeral", "text": _told(e)}
        ack(said)

    def _answered(self, command: inputs.Command) -> None:
        desk = self.desk()
        said = commands.answer(desk, command, desk.admit(command.place))
        desk.tell(command.place, str(said["text"]), said.get("blocks"))

    def _happened(self, payload: Payload) -> None:
        """Only the home tab is of interest: what people write is none of our business."""
        event = payload.get("event") or {}
        if event.get("type") == "app_home_opened" and event.get("tab") != "messages":
            place = Place(str(event.get("user", "")), str(payload.get("team_id", "")))
            key = f"event:{payload.get('event_id')}"
            self._do(place, lambda: self._publish(place), key)

    def _publish(self, place: Place) -> None:
        desk = self.desk()
        home.publish(desk, desk.admit(place))


def _key(payload: Payload, envelope_id: str) -> str:
    """Return what is the same when Slack hands the same thing over again."""
    return f"press:{payload.get('trigger_id') or envelope_id}"


def _mention(desk: Desk, press: Press) -> int | None:
    """Return the mention whose channel decides who may press."""
    if press.what in handlers.ABOUT_REPLIES:
        return desk.reply(press.number).mention_id
    return press.number or None


def _place(payload: Payload) -> Place:
    return Place(
        user=str((payload.get("user") or {}).get("id", "")),
        team=str((payload.get("team") or {}).get("id", "")),
        channel=str((payload.get("channel") or {}).get("id", "")),
    )


def _told(error: Exception, *, plain: bool = False) -> str:
    """Return what is said of a failure; what is no answer of ours goes to the log."""
    if not isinstance(error, Declined | ConnectorError):
        log.error("a press met a defect", exc_info=error)
        return DEFECT
    return plainly(error, plain=plain)


def route(desk: Callable[[], Desk], opener: WebClient) -> Router:
    """Return a router with its pools: a few threads kept for windows, more for the rest."""
    return Router(
        desk,
        opener,
        windows=Workers("slack-window", WINDOW_THREADS, WAITING),
        rest=Workers("slack-press", PRESS_THREADS, WAITING),
    )
