"""What we send to Google, held against Google's own descriptions of its APIs."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from tests.connectors.google_helpers import AT, drained, target
from tests.fakes.google_business import google_business
from tests.fakes.google_play import google_play

SPECS = Path(__file__).parents[3] / "shared" / "specs" / "google"
needs_specs = pytest.mark.skipif(
    not SPECS.exists(), reason="the published descriptions are not beside the checkout"
)
V4 = "mybusiness_v4_ballerina_openapi.yml"


def described(name):
    return json.loads((SPECS / name).read_text())


def methods(resources):
    for resource in resources.values():
        yield from resource.get("methods", {}).values()
        yield from methods(resource.get("resources", {}))


def method_for(spec, request):
    """The one method of a discovery document that such a request calls."""
    found = [
        one
        for one in methods(spec["resources"])
        if one["httpMethod"] == request.method
        and re.fullmatch(
            re.sub(r"\{[^}]*\}", "[^/:]+", one["flatPath"]), request.path.lstrip("/")
        )
    ]
    assert len(found) == 1, (request.method, request.path)
    return found[0]


def check_discovery(spec, request):
    method = method_for(spec, request)
    known = {**spec.get("parameters", {}), **method.get("parameters", {})}
    for name, value in request.query.items():
        assert name in known, (request.path, name)
        if known[name].get("type") == "integer":
            int(value)
    needed = {
        name
        for name, one in known.items()
        if one.get("required") and one["location"] == "query"
    }
    assert needed <= request.query.keys()
    if request.body and "request" in method:
        fields = spec["schemas"][method["request"]["$ref"]]["properties"]
        body = json.loads(request.body)
        assert {name: type(value) for name, value in body.items()} == dict.fromkeys(
            body.keys() & fields.keys(), str
        )
    else:
        assert not request.body


def business_requests():
    with google_business() as fake:
        fake.page = 1
        fake.add_location("2", "Acme Bonn")
        fake.add_location("3", "Acme Bern")
        key = fake.publish("ann", "hi", AT)
        fake.publish("ann", "ho", AT)
        connector = fake.connect()
        connector.validate()
        batches, _ = drained(connector)
        aims = [target(p) for b in batches for p in b.posts if p.id == key]
        connector.standing_reply(aims[0])
        connector.reply(aims[0], "Thanks")
        connector.find_reply(aims[0], "Thanks", fake.now)
        connector.recheck(aims)
        return [one for one in fake.server.requests if one.path != "/token"]


def play_requests():
    with google_play() as fake:
        fake.page = 1
        key = fake.publish("ann", "hi", AT)
        fake.publish("ann", "ho", AT)
        connector = fake.connect()
        connector.validate()
        batches, _ = drained(connector)
        aims = [target(p) for b in batches for p in b.posts if p.id == key]
        connector.standing_reply(aims[0])
        connector.reply(aims[0], "Thanks")
        connector.recheck(aims)
        return [one for one in fake.server.requests if one.path != "/token"]


@needs_specs
def test_what_we_ask_google_play_is_as_published():
    spec = described("androidpublisher.v3.json")
    requests = play_requests()

    for request in requests:
        check_discovery(spec, request)
    assert {method_for(spec, one)["id"].rpartition(".")[2] for one in requests} == {
        "list",
        "get",
        "reply",
    }


@needs_specs
@pytest.mark.parametrize(
    "name",
    ["mybusinessaccountmanagement.v1.json", "mybusinessbusinessinformation.v1.json"],
)
def test_how_we_list_accounts_and_locations_is_as_published(name):
    spec = described(name)
    wanted = "/locations" if "information" in name else "/accounts"
    requests = [
        one
        for one in business_requests()
        if one.path.startswith("/v1/") and one.path.endswith(wanted)
    ]

    for request in requests:
        check_discovery(spec, request)
    assert requests
    assert any("pageToken" in one.query for one in requests) is ("information" in name)


@needs_specs
def test_the_fields_of_a_location_that_we_ask_for_exist():
    schemas = described("mybusinessbusinessinformation.v1.json")["schemas"]
    asked = {
        field
        for one in business_requests()
        for field in one.query.get("readMask", "").split(",")
        if field
    }

    assert asked == {"name", "title", "metadata"}
    assert asked <= schemas["Location"]["properties"].keys()
    assert {"mapsUri", "hasVoiceOfMerchant"} <= schemas["Metadata"]["properties"].keys()


def open_api_path(spec, request):
    """The path of the converted v4 description; its names span several segments."""
    shapes = {
        "/v4/{parent}/reviews": r"/v4/accounts/\d+/locations/\d+/reviews",
        "/v4/{name}": r"/v4/accounts/\d+/locations/\d+/reviews/[^/]+",
        "/v4/{name}/reply": r"/v4/accounts/\d+/locations/\d+/reviews/[^/]+/reply",
    }
    (found,) = [n for n, shape in shapes.items() if re.fullmatch(shape, request.path)]
    return spec["paths"][found]


@needs_specs
def test_what_we_ask_of_reviews_is_as_published():
    spec = YAML(typ="safe").load(SPECS / V4)
    requests = [one for one in business_requests() if one.path.startswith("/v4/")]

    for request in requests:
        operation = open_api_path(spec, request)[request.method.lower()]
        known = {
            one["name"]: one["schema"]
            for one in operation["parameters"]
            if one.get("in") == "query"
        }
        assert request.query.keys() <= known.keys()
        if request.body:
            ref = operation["requestBody"]["content"]["application/json"]["schema"]
            schema = spec["components"]["schemas"][ref["$ref"].rpartition("/")[2]]
            strict = {**schema, "additionalProperties": False}
            jsonschema.validate(json.loads(request.body), strict)
    assert {(one.method, bool(one.body)) for one in requests} == {
        ("GET", False),
        ("PUT", True),
    }


@needs_specs
def test_the_order_and_the_page_size_are_ones_that_google_takes():
    listed = [one for one in business_requests() if one.path.endswith("/reviews")]

    assert {one.query.get("orderBy") for one in listed} <= {None, "updateTime desc"}
    assert max(int(one.query["pageSize"]) for one in listed) == 50


@needs_specs
def test_the_fakes_answer_in_the_published_shapes():
    spec = YAML(typ="safe").load(SPECS / V4)
    schemas = spec["components"]["schemas"]
    known = schemas["Review"]["properties"].keys()
    with google_business() as fake:
        key = fake.publish("ann", "hi", AT)
        fake.answer_natively(key, "Thanks", AT)
        shown = fake._shown(fake.reviews[key])
    later = {"reviewReplyState"}  # since April 2026; the description is older

    assert shown.keys() <= known
    assert shown["reviewReply"].keys() - later <= (
        schemas["ReviewReply"]["properties"].keys()
    )
