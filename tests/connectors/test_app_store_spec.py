"""Every request to App Store Connect, held against Apple's own OpenAPI document.

The document and the recording lie beside the checkout, where there is one.
"""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from connectors import Context
from connectors._app_store_territories import store_country
from tests.connectors.review_helpers import Clock, drained, target_of
from tests.fakes.app_store import app_store

SHARED = Path(__file__).parents[3] / "shared"
SPEC = SHARED / "specs/apple/app_store_connect_api.json"
APPLES_OWN = {"cursor"}  # in its links to next pages, which we follow as they are

pytestmark = pytest.mark.skipif(not SPEC.exists(), reason="Apple's OpenAPI is not here")


@pytest.fixture(scope="module")
def spec():
    return json.loads(SPEC.read_text())


@pytest.fixture
def requests():
    """Every kind of request that the connector sends."""
    clock = Clock()
    with app_store(page_size=1) as fake:
        for n in range(3):
            fake.publish("jo", f"Review {n}", clock.at - timedelta(hours=n + 1))
        connector = fake.source_settings(app_ids=[]).connect((), Context(now=clock))
        connector.validate()
        posts, _ = drained(connector)
        target = target_of(posts[0])
        connector.standing_reply(target)
        connector.reply(target, "Thank you")
        connector.find_reply(target, "Thank you", clock.at)
        connector.recheck([target])
        yield fake.server.requests


def operation(spec, request):
    for path, item in spec["paths"].items():
        shape = re.sub(r"\{\w+\}", "[^/]+", path)
        if re.fullmatch(shape, request.path) and request.method.lower() in item:
            return path, item[request.method.lower()]
    raise AssertionError(f"Apple has no {request.method} {request.path}")


def resolved(spec, schema):
    return {**schema, "components": spec["components"]}


def faults_of(spec, value, schema):
    return [e.message for e in Draft202012Validator(resolved(spec, schema)).iter_errors(value)]  # fmt: skip


def test_every_path_method_and_query_is_apples(spec, requests):
    faults, seen = [], set()
    for request in requests:
        path, found = operation(spec, request)
        seen.add((request.method, path))
        known = {p["name"]: p["schema"] for p in found.get("parameters", ())}
        for name, value in request.query.items():
            if name in APPLES_OWN:
                continue
            if name not in known:
                faults.append(f"{path}?{name}")
                continue
            kind = known[name]["type"]
            read = {"integer": int, "array": lambda text: text.split(",")}
            faults += faults_of(spec, read.get(kind, str)(value), known[name])

    assert faults == []
    assert seen == {
        ("GET", "/v1/apps"),
        ("GET", "/v1/apps/{id}/customerReviews"),
        ("GET", "/v1/customerReviews/{id}"),
        ("POST", "/v1/customerReviewResponses"),
    }


def test_the_body_of_a_reply_is_apples(spec, requests):
    [sent] = [request for request in requests if request.method == "POST"]
    _, found = operation(spec, sent)
    schema = found["requestBody"]["content"]["application/json"]["schema"]

    assert faults_of(spec, json.loads(sent.body), schema) == []
    assert sent.headers["content-type"] == "application/json"


def test_the_fake_answers_as_apple_documents(spec):
    clock = Clock()
    with app_store() as fake:
        id_ = fake.publish("jo", "Fine", clock.at)
        fake.answer_natively(id_, "Thanks", clock.at)
        app = next(iter(fake.apps))
        listed = json.loads(fake._list(app, _Nothing()).body)
        one = json.loads(fake._one(id_).body)

    schemas = "#/components/schemas/"
    assert faults_of(spec, listed, {"$ref": f"{schemas}CustomerReviewsResponse"}) == []
    assert faults_of(spec, one, {"$ref": f"{schemas}CustomerReviewResponse"}) == []


class _Nothing:
    path = "/"
    query: dict[str, str] = {}  # noqa: RUF012


def test_every_territory_of_apple_has_a_store_page(spec):
    codes = spec["components"]["schemas"]["TerritoryCode"]["enum"]

    countries = {code: store_country(code) for code in codes}

    assert [code for code, country in countries.items() if country is None] == []
    assert len(set(countries.values())) == len(codes)
