"""everyreply match, and brands that are named."""

import json

from tests.cli.sample import CONFIG


def test_match_of_a_text_shows_keyword_and_place(everyreply):
    hit = everyreply("match", "my Acme's gone")
    miss = everyreply("match", "nothing")

    assert 'Acme: "acme" at 3-9' in hit.output
    assert (hit.exit_code, miss.exit_code) == (0, 1)


def test_match_of_a_file_names_the_lines(everyreply, place):
    (place / "lines.txt").write_text("acme\nnothing\nrival\n", encoding="utf-8")

    shown = everyreply("match", "--file", str(place / "lines.txt"))

    assert 'line 1: Acme: "acme" at 0-4' in shown.output
    assert "line 2" not in shown.output
    assert "line 3: Rival:" in shown.output


def test_match_stored_says_what_an_edited_list_would_gain_and_lose(everyreply, place):
    everyreply("poll", "inbox")
    edited = CONFIG.replace("[acme]", "[nothing]").replace("[jobs]", "[]")
    (place / "config.yaml").write_text(edited, encoding="utf-8")

    shown = everyreply("match", "--stored")
    found = json.loads(everyreply("match", "--stored", "--json").stdout)

    assert "0 stay, 1 would be gained, 3 lost" in shown.output
    assert found["Acme"]["gained"] == [
        {"platform": "x", "post_id": "4", "keywords": ["nothing"]}
    ]


def test_match_wants_exactly_one_thing_to_match(everyreply):
    assert everyreply("match").exit_code == 2
    assert everyreply("match", "a", "--stored").exit_code == 2


def test_unknown_brand_is_told_with_those_there_are(everyreply):
    for command in (
        ("match", "acme", "--brand", "Nope"),
        ("match", "--stored", "--brand", "Nope"),
        ("mentions", "--brand", "Nope"),
    ):
        shown = everyreply(*command)

        assert shown.exit_code == 2
        assert 'no brand is named "Nope"; there are: Acme, Rival' in shown.output


def test_unchanged_config_loses_nothing_that_a_tied_import_brought(everyreply, place):
    file = str(place / "inbox" / "posts.csv")
    everyreply("import", file, "--platform", "g2", "--brand", "Acme")

    found = json.loads(everyreply("match", "--stored", "--json").stdout)

    assert [one["lost"] for one in found.values()] == [[], []]
