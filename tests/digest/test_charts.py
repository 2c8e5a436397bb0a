"""What the charts are: readable by anyone, in any light, and honest."""

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from monitor.digest.charts import NEGATIVE, NEUTRAL, POSITIVE, charts, drawable
from tests.digest.sample_report import HOSTILE, feelings, sample_report, themes

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn():
    return {chart.name: chart for chart in charts(sample_report())}


def texts(chart):
    root = ElementTree.fromstring(chart.svg)  # noqa: S314 - drawn a moment ago
    return [one.text or "" for one in root.iter(f"{SVG}text")]


def test_every_chart_is_drawn_for_both_media(drawn):
    assert list(drawn) == ["days", "sources", "responses", "themes"]
    for chart in drawn.values():
        assert Image.open(io.BytesIO(chart.png)).format == "PNG"
        assert chart.svg.startswith('<svg role="img"')


def test_bars_are_labelled_where_they_stand(drawn):
    assert {"59", "29", "6"} <= set(texts(drawn["days"]))
    assert {"122", "48", "25"} <= set(texts(drawn["sources"]))
    assert {"26  GROWING", "23  NEW"} <= set(texts(drawn["themes"]))


def test_texts_take_the_colour_of_the_page_and_paper_stays_clear(drawn):
    for chart in drawn.values():
        assert "currentColor" in chart.svg
        assert "#1d1c1d" not in chart.svg


def test_alt_text_says_the_finding_and_is_part_of_the_picture(drawn):
    assert "most on Thursday, 59" in drawn["days"].alt
    for chart in drawn.values():
        root = ElementTree.fromstring(chart.svg)  # noqa: S314
        assert root.get("aria-label") == chart.alt


def test_two_charts_on_one_page_share_no_id(drawn):
    ids = [
        found for c in drawn.values() for found in re.findall(r'id="([^"]+)"', c.svg)
    ]

    assert len(ids) == len(set(ids))


def test_every_reference_within_a_chart_points_to_something(drawn):
    for chart in drawn.values():
        ids = set(re.findall(r'id="([^"]+)"', chart.svg))
        wanted = set(re.findall(r'(?:href="#|url\(#)([^")]+)', chart.svg))
        assert wanted <= ids


def test_the_same_report_gives_the_same_picture():
    first, second = charts(sample_report()), charts(sample_report())

    assert [one.png for one in first] == [one.png for one in second]
    assert [one.svg for one in first] == [one.svg for one in second]


def luminance(color):
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("one", "other"), [(POSITIVE, NEUTRAL), (NEUTRAL, NEGATIVE)])
def test_neighbouring_bars_differ_without_colour_too(one, other):
    assert contrast(one, other) > 1.4


def test_words_our_font_lacks_are_named_instead_of_boxed():
    assert drawable("naïve кофе café", "theme 1") == "naïve кофе café"
    assert drawable("コーヒー", "theme 4") == "theme 4"


def test_strangers_words_are_no_markup_and_no_formula():
    hostile = replace(themes().themes[0], words=(HOSTILE, "$x_{1}$", "&amp;"))
    report = sample_report(themes=replace(themes(), themes=(hostile,)))

    chart = charts(report)[-1]

    root = ElementTree.fromstring(chart.svg)  # noqa: S314
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in chart.svg


def test_nothing_to_show_is_no_chart():
    quiet = replace(
        feelings(), counts=type(feelings().counts)(), previous_days=(), sources=()
    )
    report = sample_report(
        feelings=quiet,
        themes=replace(themes(), themes=()),
        answering=replace(sample_report().answering, response_hours=()),
    )

    assert charts(report) == ()
