"""Files: an address to upload to, the bytes, and the end of it."""

from tests.fakes.slack.faults import SlackError


def begin(space, args):
    number = f"F0{space.number():07d}"
    if int(args.get("length") or 0) < 1 or not args.get("filename"):
        raise SlackError("invalid_arguments")
    space.files[number] = {
        "id": number,
        "name": args["filename"],
        "length": int(args["length"]),
        "alt_txt": args.get("alt_txt"),
        "bytes": None,
        "shared": [],
        "polls": 0,
    }
    return {
        "file_id": number,
        "upload_url": f"http://127.0.0.1:{space.port}/upload/{number}",
    }


def receive(space, number, body):
    """Take the bytes; return the HTTP status."""
    found = space.files.get(number)
    if found is None or len(body) != found["length"]:
        return 400
    found["bytes"] = body
    return 200


def complete(space, args):
    done = []
    for one in args.get("files", []):
        found = space.files.get(one["id"])
        if found is None or found["bytes"] is None:
            raise SlackError("file_not_found")
        if channel := args.get("channel_id"):
            found["shared"].append(space.channel(channel).id)
        done.append({"id": one["id"], "title": one.get("title", found["name"])})
    return {"files": done}


def info(space, args):
    found = space.files.get(args.get("file"))
    if found is None:
        raise SlackError("file_not_found")
    found["polls"] += 1
    # Processing takes a while: the kind is known from the second look on.
    kind = "image/png" if found["polls"] > 1 else ""
    return {"file": {"id": found["id"], "name": found["name"], "mimetype": kind}}
