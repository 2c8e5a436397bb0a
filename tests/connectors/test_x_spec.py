"""Every request we send, against X's own description of its API. Not in this repo."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from connectors.base import Terms
from tests.connectors.x_helpers import HOUR, MINUTE, NOW, a_world, stored, target_of

SPECS = Path(__file__).parents[3] / "shared" / "specs" / "x"
NAMES = {False: "openapi_legacy_names.json", True: "openapi.json"}

pytestmark = pytest.mark.skipif(
    not SPECS.is_dir(), reason="X's API description is not on this machine"
)


@cache
def spec(new_names):
    return json.loads((SPECS / NAMES[new_names]).read_text())


def resolved(whole, part):
    """Return a part of the description with its references put in place."""
    if isinstance(part, list):
        return [resolved(whole, one) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        found = whole
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return resolved(whole, found)
    return {name: resolved(whole, value) for name, value in part.items()}


def operation(whole, request):
    """Return what the description says of a request."""
    for path, methods in whole["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
        if re.fullmatch(pattern, request.path) and request.method.lower() in methods:
            if "{" in path and request.path in whole["paths"]:
                continue
            return methods[request.method.lower()]
    raise AssertionError(f"X knows no {request.method} {request.path}")


def as_typed(value, schema):
    if schema.get("type") == "array":
        return value.split(",")
    return int(value) if schema.get("type") == "integer" else value


def faults(whole, request):
    told = operation(whole, request)
    known = {p["name"]: p for p in resolved(whole, told.get("parameters", []))}
    found = [f"unknown: {name}" for name in request.query if name not in known]
    for name, one in known.items():
        if name in request.query:
            value = as_typed(request.query[name], one["schema"])
            errors = Draft202012Validator(one["schema"]).iter_errors(value)
            found += [f"{name}: {error.message}" for error in errors]
        elif one.get("required") and one["in"] == "query":
            found.append(f"missing: {name}")
    if request.body:
        content = resolved(whole, told["requestBody"])["content"]["application/json"]
        errors = Draft202012Validator(content["schema"]).iter_errors(
            json.loads(request.body)
        )
        found += [error.message for error in errors]
    return found


@pytest.mark.parametrize("new_names", [False, True])
def test_every_request_is_one_that_x_describes(new_names):
    with a_world(page=2, new_names=new_names) as world:
        ours = world.x.publish("acme", "our news", NOW - HOUR)
        for n in range(5):
            world.mention(f"@acme {n}", replied_to=ours)
        world.mention("@acme bad")
        terms = Terms("Acme", any_of=["acme", "acme.com", "#acme"], languages=["en"])
        connector = world.connect(
            terms, new_names=new_names, by_language=True, max_pages=2
        )
        connector.validate()
        batch = connector.poll(None)
        world.later(HOUR)
        batch = connector.poll(stored(batch.cursor))
        target = target_of(batch.posts[-1])
        world.x.edit(target.id, "@acme edited", world.now - MINUTE)
        connector.recheck([target])
        connector.standing_reply(target)
        connector.reply(target, "Thanks")
        connector.find_reply(target, "Thanks", world.now)
        connector.own_replies(stored(connector.own_replies(None).cursor))

        requests = world.x.server.requests

    paths = {f"{request.method} {request.path}" for request in requests}
    assert paths == {
        "GET /2/users/me",
        "GET /2/usage/tweets",
        "GET /2/users/42/mentions",
        "GET /2/users/42/tweets",
        "GET /2/tweets/search/recent",
        "GET /2/tweets",
        "POST /2/tweets",
    }
    assert {
        fault for one in requests for fault in faults(spec(new_names), one)
    } == set()
