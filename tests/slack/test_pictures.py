"""docs/slack.md shows every card and window, as the layouts now draw them."""

import re
from pathlib import Path
from textwrap import dedent

from ruamel.yaml import YAML

from monitor.config import SlackSettings
from monitor.slack.handlers.commands import HELP
from monitor.slack.layout.actions import AFTER, MORE
from tests.slack.pictures.scenes import scenes

DOCS = Path(__file__).parents[2] / "docs"
LARGEST, ALL_TOGETHER = 60_000, 600_000


def test_page_shows_each_scene_and_nothing_else():
    shown = re.findall(r"!\[[^\]]+\]\(pictures/([\w-]+)\.png\)", page())

    assert sorted(shown) == sorted(scenes())


def test_each_scene_has_its_picture_and_it_is_small():
    sizes = {one.stem: one.stat().st_size for one in (DOCS / "pictures").iterdir()}

    assert sorted(sizes) == sorted(scenes())
    assert max(sizes.values()) < LARGEST
    assert sum(sizes.values()) < ALL_TOGETHER


def test_page_explains_every_button_and_every_command():

    words = [
        *MORE.values(),
        *AFTER.values(),
        *re.findall(r"`(/everyreply [^`]+)`", HELP),
    ]
    said = page()

    assert [one for one in words if one not in said] == []


def test_settings_on_the_page_are_ones_that_the_config_takes():
    first, *more = re.findall(r"```yaml\n(.*?)```", page(), re.DOTALL)
    settings = YAML(typ="safe").load(dedent(first))["slack"]
    for one in more:
        settings |= YAML(typ="safe").load(dedent(one))

    found = SlackSettings.model_validate(settings)

    assert found.approvals
    assert found.saved_replies
    assert found.collect


def page():
    return (DOCS / "slack.md").read_text("utf-8")
