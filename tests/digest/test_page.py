"""The HTML page: whole, harmless, readable; opened in a real browser where there is one."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from monitor.digest.charts import charts
from monitor.digest.page import link, page, said, tone
from monitor.digest.report import Number, Unit
from tests.digest.sample_report import HOSTILE, sample_report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=20000",
)  # fmt: skip
in_a_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="needs chromium or google-chrome on the path"
)


class Reader(HTMLParser):
    """Collects tags, and the text that a reader sees."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.seen, self._hidden = [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in {"style", "title"}

    def handle_endtag(self, tag):
        self._hidden -= tag in {"style", "title"}

    def handle_data(self, data):
        if not self._hidden:
            self.seen.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.seen).split())


@pytest.fixture(scope="module")
def html():
    report = sample_report()
    return page(report, charts(report))


def test_it_says_the_brand_the_period_and_the_finding(html):
    text = Reader(html).text

    assert "Northwind Coffee" in text
    assert "Week 47, 16 to 22 November 2026" in text
    assert "195 mentions, net sentiment −6" in text
    assert "6 mentions of 2026-W46 came in after its digest went out." in text


def test_it_loads_nothing_from_anywhere(html):
    tags = Reader(html).tags

    assert not [tag for tag, _ in tags if tag in {"script", "link", "iframe", "object"}]
    assert not [a for tag, a in tags if tag == "img" or "src" in a]
    assert "@import" not in html
    assert not re.findall(r"url\((?!#)", html)


def test_strangers_words_stay_words(html):
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "\x1b" not in html
    assert "\u202e" not in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "", " https://x.example", "//x"]
)
def test_only_the_web_is_linked(url):
    assert link(url) == ""


def test_every_figure_is_explained_below(html):
    asked = set(re.findall(r'href="#def-([a-z_0-9]+)"', html))
    told = set(re.findall(r'id="def-([a-z_0-9]+)"', html))

    assert asked
    assert asked <= told


def test_a_first_week_shows_no_change():
    report = sample_report(is_first=True)
    bare = {
        name: replace(number, previous=None)
        for name, number in report.numbers().items()
    }
    feelings = replace(
        report.feelings, previous=None, previous_days=(),
        **{n: bare[n] for n in ("volume", "net", "positive", "negative", "neutral", "rating", "not_sure")},
    )  # fmt: skip

    text = Reader(page(replace(report, feelings=feelings), ())).text
    section = text[text.index("How people feel") : text.index("What about")]

    assert "on the week before" not in section


def test_long_words_are_cut_at_a_space():
    cut = said("word " * 200)

    assert cut.endswith("word …")
    assert len(cut) < 300
    assert said("x" * 1000).startswith("x" * 280)


@pytest.mark.parametrize(
    ("name", "value", "previous", "is_real", "expected"),
    [
        ("positive", 0.5, 0.4, True, "good"),
        ("positive", 0.3, 0.4, True, "bad"),
        ("positive", 0.3, 0.4, False, ""),
        ("negative", 0.3, 0.4, True, "good"),
        ("first_response", 2.0, 1.0, None, "bad"),
        ("volume", 2.0, 1.0, None, ""),
        ("net", 2.0, None, None, ""),
    ],
)
def test_a_change_is_good_or_bad_only_where_it_is_one(
    name, value, previous, is_real, expected
):
    number = Number(
        name=name, unit=Unit.SHARE, value=value, previous=previous, is_real=is_real
    )

    assert tone(number) == expected


def browse(path: Path, folder: Path, *flags: str) -> str:
    profile = folder / "profile"
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", *flags, path.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.slow
@in_a_browser
@pytest.mark.parametrize("width", [1200, 360], ids=["desktop", "phone"])
def test_a_browser_shows_it_without_network_or_sideways_scrolling(
    html, tmp_path, width
):
    watch = (
        "let faults = 0; for (const what of ['error', 'securitypolicyviolation'])"
        " addEventListener(what, () => faults++, true);"
        "addEventListener('load', () => { document.title = [faults,"
        " performance.getEntriesByType('resource').length,"
        " document.documentElement.scrollWidth, innerWidth]; })"
    )
    file = tmp_path / "digest.html"
    # Before the page's own policy, which allows no script at all.
    watched = html.replace("<head>", f"<head><script>{watch}</script>", 1)
    file.write_text(watched, encoding="utf-8")

    shown = browse(file, tmp_path, f"--window-size={width},900", "--dump-dom")

    title = re.search(r"<title>(\d+),(\d+),(\d+),(\d+)", shown)
    faults, loaded, page_width, window = map(int, title.groups())
    assert (faults, loaded) == (0, 0)
    assert page_width <= window


@pytest.mark.slow
@in_a_browser
def test_an_accessibility_checker_finds_nothing(html, tmp_path):
    base = pytest.importorskip("axe_core_python.base")
    axe = (Path(base.__file__).parent / "axe.min.js").read_text("utf-8")
    run = (
        "addEventListener('load', () => axe.run().then(found => { const out ="
        " document.createElement('pre'); out.id = 'axe'; out.textContent ="
        " btoa(unescape(encodeURIComponent(JSON.stringify(found.violations.map("
        "v => [v.id, v.nodes.map(n => n.html.slice(0, 200))])))));"
        " document.body.append(out); }))"
    )
    file = tmp_path / "digest.html"
    scripts = f"<head><script>{axe}</script><script>{run}</script>"
    file.write_text(html.replace("<head>", scripts, 1), encoding="utf-8")

    shown = browse(file, tmp_path, "--window-size=1200,900", "--dump-dom")

    import base64

    found = re.search(r'<pre id="axe">([^<]*)</pre>', shown)
    assert found, "the checker did not run"
    assert json.loads(base64.b64decode(found[1])) == []


def test_hostile_sample_is_in_the_page_at_all(html):
    assert HOSTILE[:8] in Reader(html).text.replace("&lt;", "<")
