"""The sources that config.yaml shows, commented out: each works once it is not.

So does what the pages under docs/connectors show.
"""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from ruamel.yaml import YAML

from connectors import Context, Source, SourceConfig
from connectors._x_settings import XPrices
from monitor.app import connect
from monitor.config import Loaded, read
from monitor.config.schema import json_schema

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "config.yaml").read_text(encoding="utf-8")
BLOCK = re.compile(r"^  # - type: (\w+)\n(?:  #   .*\n)+", re.MULTILINE)
BLOCKS: Mapping[str, str] = {found[1]: found[0] for found in BLOCK.finditer(SHIPPED)}
"""By type. Of two blocks of one type the last: it shows all settings."""
CLASSES: Mapping[str, type[SourceConfig]] = {
    get_args(one.model_fields["type"].annotation)[0]: one
    for one in get_args(get_args(Source)[0])
}
PLATFORMS = sorted(CLASSES.keys() - {"file", "rss"})
OTHER_WAYS_IN = {
    "reddit": {"refresh_token"},
    "google_business": {"client_id", "client_secret", "refresh_token"},
    "google_play": {"service_account_json"},
}
"""What to take out of a block where its second way in, commented twice, is used."""


def page(kind: str) -> str:
    return (ROOT / "docs" / "connectors" / f"{kind}.md").read_text(encoding="utf-8")


def uncommented(block: str) -> str:
    return re.sub(r"^  # ", "  ", block, flags=re.MULTILINE)


def second_way_in(block: str, instead_of: Collection[str]) -> str:
    first = rf"^    (?:{'|'.join(instead_of)}): .*\n"
    kept = re.sub(first, "", uncommented(block), flags=re.MULTILINE)
    return re.sub(r"^    # (\w+: )", r"    \1", kept, flags=re.MULTILINE)


def loaded(source: str) -> Loaded:
    """Load one source, with a value for every ${NAME} that is written in it."""
    brands = "".join(
        f"  - {{name: {name}, keywords: [{name}]}}\n"
        for name in ("Northwind Coffee", "Acme")
    )
    names = re.findall(r"\$\{(\w+)\}", source)
    return read(
        f"brands:\n{brands}sources:\n{source}",
        "config.yaml",
        {name: f"value-of-{name}" for name in names},
    )


def names_in(block: str) -> set[str]:
    """The settings that a block shows, also those commented out twice."""
    return set(re.findall(r"^[ #-]*([a-z_]+):(?: |$)", block, flags=re.MULTILINE))


def test_every_platform_has_its_block() -> None:
    assert BLOCKS.keys() == CLASSES.keys() - {"file"}


def test_readme_has_a_row_for_every_connector() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    rows = set(re.findall(r"^\| \[?`(\w+)`", readme, flags=re.MULTILINE))

    assert CLASSES.keys() - rows == set()


@pytest.mark.parametrize("kind", PLATFORMS)
def test_page_of_a_platform_shows_its_settings_as_they_are(kind: str) -> None:
    [block] = re.findall(
        r"^```yaml\n(?:sources:\n)?(.*?)^```", page(kind), re.MULTILINE | re.DOTALL
    )

    found = loaded(block).config

    assert found.sources[0].type == kind
    assert CLASSES[kind].model_fields.keys() - {"since", "brands"} <= names_in(block)


@pytest.mark.parametrize("kind", PLATFORMS)
def test_page_of_a_platform_says_what_it_was_verified_against(kind: str) -> None:
    headings = re.findall(r"^## (.*)$", page(kind), flags=re.MULTILINE)

    assert {"Access (2026)", "Settings", "Verified against"} <= set(headings)


@pytest.mark.parametrize("block", [found[0] for found in BLOCK.finditer(SHIPPED)])
def test_block_without_its_comment_loads_and_connects(block: str) -> None:
    found = loaded(uncommented(block))

    [watch] = connect(found.config, lambda _: Context())

    assert found.missing == ()
    assert watch.name == found.config.sources[0].name


@pytest.mark.parametrize("kind", OTHER_WAYS_IN)
def test_second_way_in_loads_in_place_of_the_first(kind: str) -> None:
    source = second_way_in(BLOCKS[kind], OTHER_WAYS_IN[kind])

    [found] = loaded(source).config.sources

    assert found.model_fields_set == names_in(BLOCKS[kind]) - OTHER_WAYS_IN[kind]


@pytest.mark.parametrize("kind", BLOCKS)
def test_block_shows_every_setting_of_its_source(kind: str) -> None:
    nested = set(XPrices.model_fields) if kind == "x" else set()
    of_all = {"since", "brands"}  # shown once, by the source `reviews`

    assert names_in(BLOCKS[kind]) - of_all == (
        {*CLASSES[kind].model_fields, *nested} - of_all
    )


@pytest.mark.parametrize("kind", BLOCKS)
def test_value_shown_is_the_default_where_there_is_one(kind: str) -> None:
    [source] = loaded(uncommented(BLOCKS[kind])).config.sources
    yours = {"type", "name", "every", "url"}

    defaults = {
        name: one.default
        for name, one in CLASSES[kind].model_fields.items()
        if not one.is_required() and one.default not in (None, ()) and name not in yours
    }

    assert {name: getattr(source, name) for name in defaults} == defaults


@pytest.mark.parametrize("kind", BLOCKS)
def test_block_fits_the_schema_of_editors(kind: str) -> None:
    text = "sources:\n" + uncommented(BLOCKS[kind])
    # Editors read YAML as JSON has it: a date is the text it was written as.
    document: Any = YAML(typ="safe", pure=True).load(text)
    document["brands"] = [{"name": "Northwind Coffee", "keywords": ["Northwind"]}]

    written = json.loads(json.dumps(document, default=str))

    jsonschema.Draft202012Validator(json_schema()).validate(written)
