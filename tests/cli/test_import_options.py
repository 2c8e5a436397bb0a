"""What `everyreply import` says of an option that does not fit."""

import pytest
from typer.testing import CliRunner

from monitor.cli import app

CONFIG = """\
brands:
  - {name: Acme, keywords: [acme]}
sources:
  - {type: file, name: inbox, path: inbox}
database: {url: sqlite:///test.db}
"""


@pytest.fixture
def refused(tmp_path):
    """Import with some options; return what is said, on one line."""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    posts = tmp_path / "posts.csv"
    posts.write_text("Pros\nacme is fine\n", encoding="utf-8")

    def run(*options):
        command = ["import", str(posts), *options, "--config", str(config)]
        result = CliRunner().invoke(app, command, catch_exceptions=False)
        assert result.exit_code == 2, result.output
        return " ".join(result.output.split())

    return run


FIELDS = (
    "(id, text, title, author, author_id, url, posted_at, rating, lang, reply, "
    "replied_at, edited_at, kind, followers, repost)"
)
SETTINGS = (
    "format, header, encoding, delimiter, date_format, time_zone, rating_scale, kind, "
    "settle, batch"
)


@pytest.mark.parametrize(
    ("column", "remedy"),
    [
        ("Pros=text", "; write ours first: text=Pros"),
        ("txt=Pros", ', did you mean "text"?'),
        ("Merits=Pros", "; write one of ours first, as in text=Review"),
    ],
)
def test_a_field_that_is_not_ours_says_how_to_write_it(refused, column, remedy):
    shown = refused("--column", column)

    field = column.partition("=")[0]
    assert (
        shown == f'--column {column}: "{field}" is none of our fields {FIELDS}{remedy}'
    )


def test_a_column_without_a_name_says_how_to_write_it(refused):
    shown = refused("--column", "text=")

    assert shown == "--column text=: name a column of the file, as in text=Review"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("ratingscale=10", 'unknown setting, did you mean "rating_scale"?'),
        ("nonsense=1", f"unknown setting; there are {SETTINGS}"),
        ("kind=blog", '"blog" is not one of post, comment, review, article'),
        ("header=maybe", 'true or false is wanted, got "maybe"'),
        ("batch=0", "must be at least 1"),
        ("batch=many", 'a whole number is wanted, got "many"'),
        ("time_zone=Paris", '"Paris" is not a time zone; write one like Europe/Paris'),
        ("since=soon", 'a date is wanted, like 2026-12-25, got "soon"'),
        ("brands=Acme", "write it as in --brand Acme"),
        ("columns=text", "write it as in --column text=Review"),
        ("header=false", "name the columns by number, as in --column text=2"),
        ("type=rss", '"rss" is not one of file'),
    ],
)
def test_a_setting_that_does_not_fit_says_what_would(refused, setting, said):
    shown = refused("--set", setting)

    assert shown == f"--set {setting}: {said}"


def test_a_platform_in_capitals_says_how_to_write_it(refused):
    shown = refused("--platform", "Google Play")

    assert shown == (
        "--platform Google Play: write it in small letters and digits, as in app_store"
    )
