from pathlib import Path

from monitor.digest.build import build
from monitor.digest.definitions import DEFINITIONS, page
from tests.digest.test_build import ask

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_the_page_says_what_the_footnotes_say():
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew: python -c 'from monitor.digest.definitions import page; "
        'print(page(), end="")\' > docs/metrics.md'
    )


def test_every_number_of_a_report_is_defined(store):
    report = build(ask(store), with_themes=False)

    assert set(report.numbers()) <= set(DEFINITIONS)
    assert set(DEFINITIONS) - set(report.numbers()) == {"themes", "spikes", "late"}
