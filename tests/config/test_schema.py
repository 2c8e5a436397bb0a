"""The published schema, and the config.yaml that everybody starts from."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from connectors import FileSource
from monitor.config import load
from monitor.config.schema import as_file, json_schema

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config.yaml"

needs_platform = pytest.mark.skipif(
    "platform" not in FileSource.model_fields,
    reason="the file source has no `platform` yet",
)

SECTION = re.compile(r"^( *)# (\w+):(?: +#.*)?\n(?:\1#   .*\n)+", re.MULTILINE)
COMMENTED = {found[2]: found for found in SECTION.finditer(SHIPPED.read_text("utf-8"))}
"""Sections that are commented out as a whole."""


def shipped() -> Any:
    # Editors read YAML as JSON has it: a date is the text it was written as.
    loaded = YAML(typ="safe", pure=True).load(SHIPPED)
    return json.loads(json.dumps(loaded, default=str))


def names_shown() -> set[str]:
    """The settings that config.yaml shows, commented out or not."""
    text = SHIPPED.read_text(encoding="utf-8")
    return set(re.findall(r"^[ #-]*([a-z_]+):(?: |$)", text, flags=re.MULTILINE))


@needs_platform
def test_shipped_config_needs_nothing_from_the_environment() -> None:
    loaded = load(SHIPPED, {})

    assert [brand.name for brand in loaded.config.brands if brand.reply] == [
        "Northwind Coffee",
        "Fjordline Air",
    ]
    assert loaded.missing == ()


@needs_platform
def test_shipped_config_fits_the_schema() -> None:
    jsonschema.Draft202012Validator(json_schema()).validate(shipped())


def test_shipped_config_shows_every_section() -> None:
    sections = set(json_schema()["properties"])

    assert set(shipped()) | set(COMMENTED) >= sections


def test_shipped_config_names_its_schema_for_editors() -> None:
    first = SHIPPED.read_text(encoding="utf-8").partition("\n")[0]

    assert first == "# yaml-language-server: $schema=config.schema.json"


def test_published_schema_is_the_one_of_this_code() -> None:
    published = (ROOT / "config.schema.json").read_text(encoding="utf-8")

    assert published == as_file(), (
        "run: python -m monitor.config.schema > config.schema.json"
    )


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_every_setting_of_a_brand_is_explained() -> None:
    properties = json_schema()["$defs"]["Brand"]["properties"]

    assert [name for name, one in properties.items() if "description" not in one] == []


def test_every_setting_is_explained_or_shown_by_name() -> None:
    schema = json_schema()
    models = [schema, *schema["$defs"].values()]

    unexplained = {
        name
        for model in models
        for name, one in model.get("properties", {}).items()
        if "description" not in one
    }

    assert unexplained - names_shown() == set()


# The other sources are commented out: see test_shipped_sources.py.
@pytest.mark.parametrize(
    "model", ["FileSource", "SentimentSettings", "Digest", "Email", "SlackSettings"]
)
def test_shipped_config_shows_every_setting_of(model: str) -> None:
    settings = set(json_schema()["$defs"][model]["properties"])

    assert settings - names_shown() == set()


def test_settings_that_are_commented_out_hold_once_they_are_not(tmp_path: Path) -> None:
    models = json_schema()["$defs"].values()
    names = "|".join({name for one in models for name in one.get("properties", {})})
    # Those of whole sources are held by test_shipped_sources.py.
    commented = re.compile(rf"^( *)# ((?:{names}): )", re.MULTILINE)
    path = tmp_path / "config.yaml"
    text = commented.sub(r"\1\2", SHIPPED.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")

    loaded = load(path, {})

    assert loaded.config.sentiment.languages == ("en", "de")
    assert [one.name for one in loaded.config.sources if one.since] == ["reviews"]


@pytest.mark.parametrize("name", ["slack", "email"])
def test_section_that_is_commented_out_holds_once_it_is_not(
    name: str, tmp_path: Path
) -> None:
    block = COMMENTED[name][0]
    plain = re.sub(r"^( *)# ", r"\1", block, flags=re.MULTILINE)
    path = tmp_path / "config.yaml"
    path.write_text(SHIPPED.read_text("utf-8").replace(block, plain), "utf-8")
    secrets = dict.fromkeys(re.findall(r"\$\{(\w+)\}", block), "opens nothing")

    config = load(path, secrets).config

    settings = {"slack": config.slack, "email": config.digest.email}[name]
    assert settings is not None
    assert settings.model_fields_set == set(type(settings).model_fields)


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadlines": {"low": "soon"}},
        {"brands": [{"name": "Acme", "hours": {"opens": "9"}}]},
        {"brands": [{"name": "Acme", "keyword": ["a"]}]},
        {"sources": [{"type": "twiter", "name": "x"}]},
    ],
)
def test_schema_marks_what_the_loader_refuses(wrong: dict[str, Any]) -> None:
    good = {
        "brands": [{"name": "Acme", "keywords": ["acme"]}],
        "sources": [{"type": "file", "name": "f", "path": "posts"}],
    }
    validator = jsonschema.Draft202012Validator(json_schema())

    errors = list(validator.iter_errors(good | wrong))

    assert errors


def test_defaults_are_written_the_way_the_file_is() -> None:
    text = json.dumps(json_schema()["$defs"])

    assert '"default": "4h"' in text
    assert '"default": "09:00"' in text
