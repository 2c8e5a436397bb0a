"""everyreply digest: files, JSON, what it says, and what it refuses."""

import csv
import json
import re

import pytest

from tests.digest.test_numbers import likes


@pytest.fixture
def filled(everyreply, place):
    everyreply("poll", "inbox")
    return place


WEEK = ("--week", "2026-W44")  # the sample's posts are of 1 November


def test_it_writes_its_files_and_says_where(everyreply, filled):
    done = everyreply("digest", *WEEK, "--out", str(filled / "out"))

    assert done.exit_code == 0, done.output
    pages = list((filled / "out").rglob("digest.html"))
    assert pages
    assert all(str(page) in done.output.replace("\n", "") for page in pages)
    for page in pages:
        assert (page.parent / "mentions.csv").exists()
        assert json.loads((page.parent / "digest.json").read_text("utf-8"))["brand"]


def test_csv_names_the_figures_that_each_mention_counts_in(everyreply, filled):
    everyreply("digest", *WEEK, "--out", str(filled / "out"))

    path = next((filled / "out").rglob("mentions.csv"))
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    counted = [row["text"] for row in rows if "volume" in row["figures"].split()]
    assert counted == [
        "acme is terrible, I want my money back",
        "'=acme is wonderful, thank you so much",
    ]
    assert all(row["figures"] for row in rows)


def test_json_is_one_document_with_every_figure(everyreply, filled):
    done = everyreply("digest", *WEEK, "--json")

    [report, *_] = json.loads(done.output)
    assert report["period"]["label"] == "2026-W44"
    assert report["feelings"]["volume"]["value"] > 0
    assert report["is_first"] is True


def test_mentions_behind_a_figure_are_as_many_as_it_says(everyreply, filled):
    [report, *_] = json.loads(everyreply("digest", *WEEK, "--json").output)
    asked = ("--brand", report["brand"], *WEEK, "--json")

    for figure in ("volume", "unanswered"):
        section = "feelings" if figure == "volume" else "answering"
        number = report[section][figure]
        found = everyreply("mentions", "--like-digest", number["like"], *asked)
        assert len(json.loads(found.output)) == number["value"]


def test_every_figure_of_any_days_can_be_followed(everyreply, filled):
    days = ("--from", "2026-10-30", "--to", "2026-11-02")
    [report, *_] = json.loads(everyreply("digest", *days, "--json").output)
    asked = ("--brand", report["brand"], "--week", report["period"]["label"], "--json")

    found = [
        everyreply("mentions", "--like-digest", like, *asked)
        for like in dict.fromkeys(likes(report))
    ]

    assert len(found) > 20
    assert {one.exit_code for one in found} == {0}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--week", "2026-W99"), "the year 2026 has no week 99"),
        (("--week", "last"), '"last" is not an ISO week; write one like 2026-W47'),
        (("--week", "2026-W44", "--from", "2026-11-01"), "not both"),
        (
            ("--from", "1.11.2026", "--to", "2026-11-02"),
            "write a day as 2026-11-01",
        ),
        (("--from", "2026-11-05", "--to", "2026-11-01"), "swap the two days"),
        (("--from", "2026-11-05"), "--from and --to go together: give both"),
        (("--brand", "Nobody"), 'no brand is named "Nobody"'),
    ],
)
def test_wrong_options_are_told_in_a_sentence(everyreply, filled, options, words):
    done = everyreply("digest", *options)

    assert done.exit_code == 2
    assert words in re.sub(r"\s+", " ", done.output)


def test_a_figure_that_is_none_is_refused_with_those_there_are(everyreply, filled):
    [report, *_] = json.loads(everyreply("digest", *WEEK, "--json").output)
    asked = ("--brand", report["brand"], *WEEK)

    done = everyreply("mentions", "--like-digest", "vibes", *asked)

    assert done.exit_code == 2
    assert 'no figure is named "vibes"' in done.output


def test_send_keeps_it_once(everyreply, filled):
    first = everyreply("digest", *WEEK, "--send")
    again = everyreply("digest", *WEEK, "--send")

    assert first.exit_code == 0, first.output
    assert again.exit_code == 1
    assert "already" in again.output


@pytest.mark.parametrize("name", ["net", "response_rate", "share_of_voice"])
def test_a_figure_is_followed_by_its_name_in_the_docs_too(everyreply, filled, name):
    [report, *_] = json.loads(everyreply("digest", *WEEK, "--json").output)

    done = everyreply(
        "mentions", "--like-digest", name, "--brand", report["brand"], *WEEK, "--json"
    )

    assert done.exit_code == 0, done.output
    assert json.loads(done.output)
