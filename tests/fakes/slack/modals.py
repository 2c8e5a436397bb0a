"""Views: opened within three seconds, pushed, changed, published."""

from tests.fakes.slack import views
from tests.fakes.slack.faults import SlackError


def open_view(space, args):
    return {"view": _show(space, args, None)}


def push(space, args):
    return {"view": _show(space, args, "pushed")}


def update(space, args):
    found = space.views.get(args.get("view_id"))
    if found is None:
        raise SlackError("not_found")
    if args.get("hash") not in (None, found["hash"]):
        raise SlackError("hash_conflict")
    views.check(args.get("view"))
    found |= args["view"]
    found["hash"] = str(space.number())
    return {"view": found}


def publish(space, args):
    if args.get("user_id") not in space.users:
        raise SlackError("user_not_found")
    views.check(args.get("view"), "home")
    space.homes[args["user_id"]] = args["view"]
    return {"view": args["view"]}


def _show(space, args, how):
    space.spend_trigger(args.get("trigger_id"))
    views.check(args.get("view"))
    number = f"V0{space.number():07d}"
    state = {"values": {}}
    made = args["view"] | {"id": number, "hash": str(space.number()), "state": state}
    space.views[number] = made | ({"how": how} if how else {})
    return space.views[number]
