"""The digest in Slack: within Slack's limits, whatever the week brought."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digest.charts import Chart
from monitor.digest.message import MOST_BLOCKS, MOST_JSON, fitted, messages
from tests.digest.sample_report import (
    HOSTILE,
    answering,
    sample_report,
    themes,
    waiting,
)

CHARTS = [
    Chart(name, name, f"what {name} say", "<svg/>", b"png")
    for name in ("days", "sources", "responses", "themes")
]


def walk(value):
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from walk(inner)


def test_the_top_says_it_all_in_one_sentence():
    top = messages(sample_report(), CHARTS).top

    assert top.text == (
        "Northwind Coffee, Week 47, 16 to 22 November 2026: 195 mentions, net sentiment "
        "−6, 92 % of those that needed an answer got one."
    )


def test_charts_stand_where_the_sender_puts_their_files():
    top = messages(sample_report(), CHARTS).top

    images = [block for block in top.blocks if block["type"] == "image"]
    assert [one["chart"] for one in images] == [chart.name for chart in CHARTS]
    assert [one["alt_text"] for one in images] == [chart.alt for chart in CHARTS]


def test_everything_that_waits_is_in_the_thread_oldest_first():
    many = [waiting(n) for n in range(30, 0, -1)]
    report = sample_report(answering=replace(answering(), waiting=many))

    thread = messages(report, CHARTS).thread

    links = [
        one["url"]
        for message in thread
        for one in walk(list(message.blocks))
        if one.get("type") == "link"
    ]
    assert links == [f"https://x.example/{n}" for n in range(30, 0, -1)]
    assert thread[0].text == "Still unanswered, 1 to 12 of 30"


def test_strangers_words_stand_in_rich_text_only():
    report = sample_report()

    made = messages(report, CHARTS)

    for message in (made.top, *made.thread):
        marked = [
            one["text"]
            for one in walk(list(message.blocks))
            if one.get("type") == "mrkdwn"
        ]
        assert not [text for text in marked if "alert(1)" in text]
        assert not [text for text in marked if "<" in text]


TEXTS = st.text(max_size=6000) | st.just(HOSTILE)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 40))
def test_no_week_breaks_slacks_limits(text, name, count):
    worst = replace(themes().themes[0], words=(name or "x",) * 3,
                    quote=replace(themes().themes[0].quote, text=text, author=name))  # fmt: skip
    report = sample_report(
        brand=name or "x",
        themes=replace(themes(), themes=(worst,) * 20, worse=(worst,)),
        answering=replace(answering(), waiting=[waiting(n, text=text, author=name) for n in range(count)]),
        notes=(text,),
    )  # fmt: skip

    made = messages(report, CHARTS)

    for message in (made.top, *made.thread):
        assert message.text.strip()
        assert len(message.blocks) <= MOST_BLOCKS
        assert len(json.dumps(list(message.blocks))) <= MOST_JSON + 1200
        for one in walk(list(message.blocks)):
            if one.get("type") in {"mrkdwn", "plain_text"}:
                assert 0 < len(one["text"]) <= 3000
            if one.get("type") == "header":
                assert len(one["text"]["text"]) <= 150


def test_the_last_block_is_kept_when_there_is_no_room():
    big = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    foot = {"type": "context", "elements": []}

    kept = fitted([big] * 9 + [foot])

    assert kept[-1] == foot
    assert len(json.dumps(list(kept))) <= MOST_JSON
