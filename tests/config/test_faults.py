"""A table of broken files, and what the person who wrote them is told."""

import pytest

from monitor.config import ConfigErrors, read

SOURCES = "sources: [{type: file, name: f, path: posts}]\n"
BRANDS = "brands: [{name: Acme, keywords: [acme]}]\n"


def told(text: str, env: dict[str, str] | None = None) -> list[str]:
    """Return the lines that reading `text` ends in."""
    with pytest.raises(ConfigErrors) as caught:
        read(text, "config.yaml", env or {})
    return str(caught.value).splitlines()


NOT_YAML = {
    "brands:\n\t- name: a\n": "2:1: a tab is used to indent; YAML wants spaces",
    "- @acme\n": '1:3: a text cannot start with "@"; put the whole text in quotes: '
    '"@..."',
    "- *acme\n": '1:3: "*acme" is an alias to YAML; put the whole text in quotes: '
    '"*acme"',
    "a: b: c\n": '1:5: ": " is not possible here; put the whole text in quotes, or '
    "mend the indentation",
    "a: 'b\nc: d\n": "1:4: the quote that opens here is never closed",
    'a: "\\q"\n': '1:6: "\\q" means nothing in double quotes; use single quotes',
    'query: "acme" AND app\n': "1:15: text goes on after it should have ended; put "
    "the whole text in quotes: '\"acme\" AND app'",
    "a: [b\nc: d\n": '2:2: the "[" of line 1 needs a "," or a "]" before this',
    "a: {b: c\n": '2:1: the "{" of line 1 needs a "," or a "}" before this',
    "a: [${B}]\n": "1:6: braces mean something to YAML here; put the whole text in "
    'quotes: "${NAME}"',
    "a: b]\nc: }\n": '2:4: "}" closes nothing here',
    "a:\n  - b\n - c\n": "3:2: the indentation does not fit the lines above",
    "a: |\n b\nc\n": "3:1: a name without a colon; write name: value",
    "a: b\n---\nc: d\n": '2:1: one document is wanted; take out the line "---"',
    "a: !b!c d\n": '1:4: "&", "*" and "!" mean something to YAML; put the whole text '
    "in quotes",
    "a: b\x07\n": "1:5: the character U+0007 is not allowed",
    "acme\n": "1:1: settings are wanted at the top, like brands: and sources:",
    "- acme\n": "1:1: settings are wanted at the top, like brands: and sources:",
}


@pytest.mark.parametrize("text", NOT_YAML)
def test_what_is_not_yaml_is_one_line_with_a_remedy(text: str) -> None:
    lines = told(text)

    assert lines == [f"config.yaml:{NOT_YAML[text]}"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "\ufeff"])
def test_empty_file_is_told_what_is_wanted(text: str) -> None:
    lines = told(text)

    assert lines == ["config.yaml: the file is empty; brands and sources are wanted"]


BRAND_FAULTS = {
    "keyword: [a]": '3:3: brands[0].keyword: unknown setting, did you mean "keywords"?',
    "Time-Zone: UTC": "3:3: brands[0].Time-Zone: unknown setting, did you mean "
    '"time_zone"?',
    "keywords: acme, inc": "3:13: brands[0].keywords: a list is wanted: [acme, inc]",
    "keywords: {a: b}": "3:13: brands[0].keywords: a list is wanted; begin each entry "
    'with "- "',
    "keywords:": "3:3: brands[0].keywords: nothing is written here; write a value or "
    "take the line out",
    "keywords: [[a]]": "3:14: brands[0].keywords[0]: text is wanted, got a list",
    "keywords: [null]": "3:14: brands[0].keywords[0]: null means nothing in YAML; for "
    'the word, write "null" in quotes',
    "keywords: ['#']": "3:14: brands[0].keywords[0]: there is no word here to look "
    "for; write one or take it out",
    "keywords: [' ']": "3:14: brands[0].keywords[0]: there is no word here to look "
    "for; write one or take it out",
    "exclude: [ACME]": '3:13: brands[0].exclude[0]: "ACME" is a keyword as well, on '
    "line 4",
    "name: Other": "3:3: brands[0].name: written twice, first on line 2",
    "handles: {x: acme}": "3:16: brands[0].handles.x: a list is wanted: [acme]",
    "handles: {x: ['@']}": "3:17: brands[0].handles.x[0]: there is no handle here; "
    "write one like @acme",
    "handles: [x]": "3:12: brands[0].handles: settings are wanted, as name: value, "
    "got a list",
    "languages: [english]": '3:15: brands[0].languages[0]: "english" is not a '
    "language tag; write one like en or pt-BR",
    "plurals: maybe": '3:12: brands[0].plurals: true or false is wanted, got "maybe"',
    "time_zone: amsterdam": '3:14: brands[0].time_zone: "amsterdam" is not a time '
    "zone; write one like Europe/Amsterdam",
    "time_zone: Europe/Pariss": '3:14: brands[0].time_zone: "Europe/Pariss" is not a '
    "time zone; write one like Europe/Paris",
    "hours: {opens: 10:00, closes: 9:00}": "3:33: brands[0].hours.closes: must be "
    "later than opens, on the same day",
    "hours: {opens: 18:00}": "3:10: brands[0].hours.closes: must be later than opens, "
    "on the same day",
    "hours: {opens: 9}": '3:18: brands[0].hours.opens: "9" is not a time of day; '
    "write one like 09:00",
    "hours: {days: [monday]}": '3:18: brands[0].hours.days[0]: "monday" is not one of '
    'mon, tue, wed, thu, fri, sat, sun; did you mean "mon"?',
    "hours: {days: []}": "3:17: brands[0].hours.days: at least 1 must be listed",
    "hours: {holidays: [25.12.2026]}": "3:22: brands[0].hours.holidays[0]: "
    '"25.12.2026" is not a day; write one like 2026-12-25',
    "hours: daily": "3:10: brands[0].hours: settings are wanted, as name: value, got "
    '"daily"',
    "hours: opens:9": "3:10: brands[0].hours: settings are wanted, as name: value, "
    'with a space after the colon; got "opens:9"',
    "? [a]\n  : b": "3:5: brands[0]: a setting's name must be plain text",
    "channel: &Other Stories": '3:12: brands[0].channel: "&Other" is an anchor to '
    'YAML; put the text in quotes: "&Other ..."',
    "channel: !acme": '3:12: brands[0].channel: "!acme" is a tag to YAML; put the '
    'text in quotes: "!acme ..."',
    "urgent:\n    - #recall": '4:6: brands[0].urgent[0]: "#recall" is a comment to '
    'YAML; put it in quotes: "#recall"',
    "urgent:\n    -": '4:6: brands[0].urgent[0]: nothing is written after "-"; write '
    "a value or take the line out",
}


@pytest.mark.parametrize("setting", BRAND_FAULTS)
def test_fault_in_a_brand_names_its_place_and_remedy(setting: str) -> None:
    keywords = "" if setting.startswith("keywords") else "\n  keywords: [acme]"
    text = f"brands:\n- name: Acme\n  {setting}{keywords}\n{SOURCES}"
    tied = SOURCES.replace("posts}", "posts, brands: [Acme]}")

    lines = told(text if keywords else text.replace(SOURCES, tied))

    assert lines == [f"config.yaml:{BRAND_FAULTS[setting]}"]


TYPES = (
    "app_store, app_store_feed, file, google_business, google_play, reddit, rss, "
    "trustpilot, x"
)
SOURCE_FAULTS = {
    "{type: twiter, name: x}": '2:18: sources[0].type: "twiter" is not a source type; '
    f"one of {TYPES}",
    "{name: x}": f"2:11: sources[0].type: missing; one of {TYPES}",
    "{type: file, name: x}": "2:11: sources[0].path: missing",
    "{type: file, name: x, path: [a]}": "2:39: sources[0].path: text is wanted, got "
    "a list",
    "{type: rss, name: x, urll: a, url: https://b.example}": "2:32: sources[0].urll: unknown setting, "
    'did you mean "url"?',
    "{type: file, name: x, path: a, every: 5 parsecs}": "2:49: sources[0].every: "
    '"5 parsecs" is not a duration; write 30s, 15m, 4h, 3d or 2w',
    "{type: file, name: x, path: a, brands: [acme]}": "2:51: sources[0].brands[0]: "
    '"acme" is not a configured brand, did you mean "Acme"?',
    "x": '2:11: sources[0]: settings are wanted, as name: value, got "x"',
    "": "2:10: sources: at least 1 must be listed",
}


@pytest.mark.parametrize("source", SOURCE_FAULTS)
def test_fault_in_a_source_names_its_place_and_remedy(source: str) -> None:
    start = "sources: " if not source else "sources: ["
    text = f"{BRANDS}{start}{source or '['}]\n"

    lines = told(text)

    assert lines == [f"config.yaml:{SOURCE_FAULTS[source]}"]


SECTION_FAULTS = {
    "time-zone: UTC": "3:1: time-zone: unknown setting; known here: brands, sources, "
    "slack, sentiment, deadlines, priorities, spam, database, retention, digest",
    "deadline: {low: 2d}": '3:1: deadline: unknown setting, did you mean "deadlines"?',
    "deadlines: {urgent: 6h}": "3:12: deadlines.high: must not be shorter than urgent",
    "deadlines: {normal: 5d}": "3:12: deadlines.low: must not be shorter than normal",
    "deadlines: {high: 0m}": "3:19: deadlines.high: a duration must be longer than "
    "nothing",
    "spam: {copies: -1}": "3:16: spam.copies: must be at least 0",
    "priorities: {reach: many}": "3:21: priorities.reach: a whole number is wanted, "
    'got "many"',
    "priorities: {reach: 1.5}": "3:21: priorities.reach: a whole number is wanted, "
    'got "1.5"',
    "database: {url: mysql://h/d}": "3:17: database.url: a database is wanted, like "
    "sqlite:///file.db or postgresql://user@host/name",
    "database: {url: 'postgresql://u:hunter2@h/d'}": "3:17: database.url: a password "
    "does not belong in the file; write ${NAME} in its place and set NAME in the "
    "environment",
    "retention:": "3:1: retention: nothing is written here; write a value or take the "
    "line out",
    "brands: []": "3:1: brands: written twice, first on line 1",
}


@pytest.mark.parametrize("section", SECTION_FAULTS)
def test_fault_in_a_section_names_its_place_and_remedy(section: str) -> None:
    lines = told(f"{BRANDS}{SOURCES}{section}\n")

    assert lines == [f"config.yaml:{SECTION_FAULTS[section]}"]


def test_every_fault_is_told_at_once_in_the_order_of_lines() -> None:
    text = """\
brands:
  - name: Acme
    keyword: [acme]
  - name: ACME
    keywords: [acme]
    languages: [english]
sources:
  - {type: file, name: posts, path: a, every: often, brands: [Acme]}
  - {type: rss, name: Posts, url: "${FEED}"}
sentiments: {}
"""

    lines = told(text)

    assert lines == [
        'config.yaml:3:5: brands[0].keyword: unknown setting, did you mean "keywords"?',
        'config.yaml:4:11: brands[1].name: "ACME" names another brand too, on line 2',
        (
            'config.yaml:6:17: brands[1].languages[0]: "english" is not a language tag; '
            "write one like en or pt-BR"
        ),
        (
            'config.yaml:8:47: sources[0].every: "often" is not a duration; write 30s, '
            "15m, 4h, 3d or 2w"
        ),
        'config.yaml:9:23: sources[1].name: "Posts" names another source too, on line 8',
        "config.yaml:9:35: sources[1].url: FEED is not set in the environment",
        'config.yaml:10:1: sentiments: unknown setting, did you mean "sentiment"?',
    ]


def test_brand_that_nothing_can_match_is_told() -> None:
    lines = told(f"brands: [{{name: Acme}}]\n{SOURCES}")

    assert lines == [
        (
            "config.yaml:1:10: brands[0]: nothing can ever match: give it keywords or a "
            "query, or name it in a source's brands"
        )
    ]


def test_query_that_cannot_be_read_is_told_where_it_stands() -> None:
    def check(query: str) -> None:
        raise ValueError(f"column 5 of {query}: a ) is missing")

    with pytest.raises(ConfigErrors) as caught:
        read(
            f"brands: [{{name: Acme, query: (a OR b}}]\n{SOURCES}",
            "config.yaml",
            {},
            check_query=check,
        )

    assert str(caught.value) == (
        "config.yaml:1:30: brands[0].query: column 5 of (a OR b: a ) is missing"
    )


def test_nesting_without_end_is_a_fault_and_not_a_crash() -> None:
    lines = told("a: " + "[" * 5000 + "]" * 5000)

    assert lines == ["config.yaml: nested deeper than 40 levels"]


def test_what_a_message_quotes_is_short_and_printable() -> None:
    lines = told(f'{BRANDS}{SOURCES}"a\\e[31m{"b" * 200}\\n": c\n')

    assert len(lines) == 1
    assert lines[0].isprintable()
    assert len(lines[0]) < 300


def test_keyword_that_cannot_be_looked_for_is_told_where_it_stands() -> None:
    def check(word: str) -> None:
        if word == "www.":
            raise ValueError("nothing to look for")

    with pytest.raises(ConfigErrors) as caught:
        read(
            f"brands: [{{name: Acme, keywords: [acme, www.]}}]\n{SOURCES}",
            "config.yaml",
            {},
            check_word=check,
        )

    assert str(caught.value) == (
        "config.yaml:1:40: brands[0].keywords[1]: nothing to look for"
    )
