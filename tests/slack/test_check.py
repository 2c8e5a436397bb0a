"""The check says what is wrong, where, and what mends it; the manifest is whole."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.slack.check import check
from monitor.slack.client import connect
from monitor.slack.manifest import SCOPES, link, manifest
from monitor.slack.samples import layouts
from tests.fakes.slack import blocks
from tests.fakes.slack.pings import pings


@pytest.fixture
def found(config, clock):
    def run(**changed):
        settings = config.slack.model_copy(update=changed)
        return {
            one.subject: one
            for one in check(connect(settings), config, settings, clock)
        }

    return run


def wrong(found):
    return {one.subject: one.words for one in found.values() if not one.fine}


def test_all_is_well(slack, found):
    assert wrong(found()) == {}
    assert slack.all_messages() == []


def test_wrong_token_is_the_only_finding(found, slack):
    slack.revoked = True

    assert list(wrong(found())) == ["bot token"]


@pytest.mark.parametrize(
    ("breaks", "subject", "words"),
    [
        (lambda s: s.scopes.remove("groups:history"), "scopes", "missing groups:history"),
        (lambda s: setattr(s.named("acme"), "is_member", False), "channel #acme", "invite"),
        (lambda s: setattr(s.named("ops"), "is_archived", True), "channel #ops", "archived"),
        (lambda s: s.channels.pop(s.named("bolt").id), "channel #bolt", "sees none"),
    ],
)  # fmt: skip
def test_each_fault_names_its_place_and_remedy(slack, found, breaks, subject, words):
    breaks(slack)

    faults = wrong(found())

    assert list(faults) == [subject]
    assert words in faults[subject]


def test_missing_app_token_is_said(found):
    assert list(wrong(found(app_token=None))) == ["app token"]


def test_clock_that_is_off_is_said(found, slack, clock):
    here = clock.time
    slack.clock = lambda: here - timedelta(minutes=5)

    assert "300 s apart" in wrong(found())["clock"]


def test_every_layout_passes_filled_to_the_brim(clock):
    for message in layouts(clock()).values():
        blocks.check(message.blocks)
        assert not pings({"text": message.text, "blocks": message.blocks})


def test_link_makes_the_app_of_the_manifest():
    asked = parse_qs(urlsplit(link()).query)

    assert json.loads(asked["manifest_json"][0]) == manifest()
    assert manifest()["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert len(manifest()["display_information"]["description"]) <= 140


def test_no_token_is_shown_anywhere(slack, config, sender, caplog, store):
    caplog.set_level("DEBUG")
    slack.break_next("drop_before", method="auth.test")
    told = []
    for call in (lambda: sender.lookup.bot_id(), lambda: sender.notice("n", "n")):
        try:
            call()
        except Exception as e:  # noqa: BLE001 - whatever it says
            told.append(f"{e!r} {e.__cause__!r}")

    said = f"{told} {config!r} {config.slack} {sender!r} {caplog.text}"
    assert slack.bot_token not in said
    assert slack.app_token not in said
