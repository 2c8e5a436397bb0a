"""Secrets come in by name, and what they are is never told."""

import string
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from connectors import FileSource, RssSource, SourceConfig
from monitor.config import Config, ConfigErrors, Loaded
from monitor.config.load import MissingSecrets, read
from monitor.config.schema import json_schema

BRANDS = "brands: [{name: Acme, keywords: [acme]}]\n"
SOURCES = "sources: [{type: file, name: f, path: posts}]\n"


class TokenSource(SourceConfig):
    type: Literal["token"]
    token: SecretStr
    spare: tuple[SecretStr, ...] = ()
    region: Literal["eu", "us"] = "eu"

    @model_validator(mode="after")
    def _talks_too_much(self) -> "TokenSource":
        if self.name == "chatty":
            raise ValueError(f"{self.name} cannot use {self.token.get_secret_value()}")
        return self


class Chat(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    app_token: SecretStr = Field(min_length=3)
    port: int = 1


class WithSecrets(Config):
    sources: tuple[  # type: ignore[assignment]
        Annotated[FileSource | RssSource | TokenSource, Field(discriminator="type")],
        ...,
    ]
    chat: Chat | None = None


def reading(
    text: str, env: dict[str, str], missing_secrets: MissingSecrets = "fault"
) -> Loaded:
    return read(
        text, "config.yaml", env, missing_secrets=missing_secrets, model=WithSecrets
    )


def told(text: str, env: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        reading(text, env)
    return str(caught.value).splitlines()


def test_name_is_filled_in_from_the_environment() -> None:
    text = f'{BRANDS}{SOURCES}chat: {{app_token: "${{TOKEN}}", port: "${{PORT}}"}}\n'

    config = reading(text, {"TOKEN": "xapp-1", "PORT": "42"}).config

    assert isinstance(config, WithSecrets)
    assert config.chat is not None
    assert config.chat.app_token.get_secret_value() == "xapp-1"
    assert config.chat.port == 42


def test_what_a_name_holds_is_not_filled_in_again() -> None:
    text = BRANDS.replace("Acme", '"${A} and $${B}"') + SOURCES

    config = reading(text, {"A": "${B}", "B": "no"}).config

    assert config.brands[0].name == "${B} and ${B}"


def test_every_name_that_is_not_set_is_told_at_its_place() -> None:
    text = f"""\
{BRANDS}chat: {{app_token: "${{CHAT_TOKEN}}"}}
sources:
  - {{type: rss, name: a, url: "https://a.example/${{KEY}}/${{USER_ID}}"}}
  - {{type: token, name: b, token: "${{EMPTY}}"}}
"""

    lines = told(text, {"EMPTY": ""})

    assert lines == [
        "config.yaml:2:19: chat.app_token: CHAT_TOKEN is not set in the environment",
        "config.yaml:4:31: sources[0].url: KEY is not set in the environment",
        "config.yaml:4:31: sources[0].url: USER_ID is not set in the environment",
        "config.yaml:5:35: sources[1].token: EMPTY is empty in the environment",
    ]


def test_commands_that_reach_nobody_do_without_the_environment() -> None:
    text = f'{BRANDS}{SOURCES}chat: {{app_token: "${{CHAT_TOKEN}}"}}\n'

    loaded = reading(text, {}, "keep")

    assert loaded.config.brands[0].name == "Acme"
    assert [str(fault) for fault in loaded.missing] == [
        "config.yaml:3:19: chat.app_token: CHAT_TOKEN is not set in the environment"
    ]


def test_setting_that_means_nothing_without_its_name_is_a_fault_all_the_same() -> None:
    text = f'{BRANDS}{SOURCES}chat: {{app_token: "${{A}}", port: "${{PORT}}"}}\n'

    with pytest.raises(ConfigErrors) as caught:
        reading(text, {"A": "xapp"}, "keep")

    assert str(caught.value) == (
        "config.yaml:3:33: chat.port: PORT is not set in the environment"
    )


CLEAR = (
    "a secret does not belong in the file; write it as ${NAME} and set NAME in the "
    "environment"
)


@pytest.mark.parametrize("value", ["xapp-1", "x${TOKEN}", "${TOKEN}x", "$${TOKEN}"])
def test_secret_in_clear_is_refused_and_not_repeated(value: str) -> None:
    text = f'{BRANDS}{SOURCES}chat: {{app_token: "{value}"}}\n'

    lines = told(text, {"TOKEN": "hunter2"})

    assert lines == [f"config.yaml:3:19: chat.app_token: {CLEAR}"]


def test_secret_in_clear_is_found_inside_a_source_and_a_list() -> None:
    source = '{type: token, name: b, token: clear, spare: ["${A}", clear2]}'

    lines = told(f"{BRANDS}sources: [{source}]\n", {"A": "a1"})

    assert lines == [
        f"config.yaml:2:41: sources[0].token: {CLEAR}",
        f"config.yaml:2:64: sources[0].spare[1]: {CLEAR}",
    ]


@pytest.mark.parametrize("value", ["${}", "${A-B}", "${A:-b}", "${A", "${1A}"])
def test_name_that_is_none_is_told_how_to_write_one(value: str) -> None:
    text = BRANDS.replace("Acme", f'"{value}"') + SOURCES

    lines = told(text, {"A": "a"})

    assert lines == [
        (
            'config.yaml:1:17: brands[0].name: a name and "}" must follow "${"; for a '
            'plain "${" write "$${"'
        )
    ]


def test_value_from_the_environment_that_does_not_fit_is_named_and_not_shown() -> None:
    text = f"""\
{BRANDS}chat: {{app_token: "${{A}}", port: "${{A}}"}}
deadlines: {{low: "${{A}}"}}
sources:
  - {{type: "${{A}}", name: a}}
  - {{type: token, name: b, token: "${{A}}", region: "${{A}}", brands: "${{A}}"}}
  - {{type: file, name: c, path: d, brands: ["${{A}}"]}}
database: {{url: "${{A}}"}}
"""

    lines = told(text, {"A": "hunter2"})

    assert lines == [
        "config.yaml:2:33: chat.port: a whole number is wanted, got the value of ${A}",
        "config.yaml:3:18: deadlines.low: the value of ${A} does not fit here",
        (
            "config.yaml:5:12: sources[0].type: the value of ${A} is not a source type; "
            "one of file, rss, token"
        ),
        "config.yaml:6:51: sources[1].region: the value of ${A} is not one of eu, us",
        "config.yaml:6:67: sources[1].brands: a list is wanted: [${A}]",
        'config.yaml:7:45: sources[2].brands[0]: "${A}" is not a configured brand',
        "config.yaml:8:17: database.url: the value of ${A} does not fit here",
    ]


def test_validator_that_quotes_a_secret_is_not_quoted() -> None:
    source = '{type: token, name: chatty, token: "${A}"}'

    lines = told(f"{BRANDS}sources: [{source}]\n", {"A": "hunter2"})

    assert lines == [
        "config.yaml:2:11: sources[0]: this does not fit the other settings"
    ]


def test_no_parser_error_hangs_on_ours() -> None:
    text = f'{BRANDS}{SOURCES}chat: {{app_token: "${{A}}", port: "${{A}}"}}\n'

    with pytest.raises(ConfigErrors) as caught:
        reading(text, {"A": "hunter2"})

    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_what_was_loaded_shows_no_setting() -> None:
    text = BRANDS.replace("acme]", 'acme, "${A}"]') + SOURCES

    loaded = reading(text, {"A": "hunter2"})

    assert "hunter2" not in repr(loaded)


SLOTS = (
    "brands: [{name: @, keywords: [@, acme], exclude: @, query: @, languages: [@]}]\n",
    "brands: [{name: Acme, keywords: @, time_zone: @, hours: {opens: @, days: [@]}}]\n",
    "brands: [{name: Acme, handles: {x: @}, plurals: @, hours: @}, @, {name: @}]\n",
)
MORE = (
    "sources: [{type: @, name: a}, {type: file, name: @, path: @, every: @}]\n",
    "sources: [{type: token, name: chatty, token: @, region: @, brands: [@]}]\n",
    "sources: [{type: token, name: @, token: @, spare: @}, {type: rss, url: [@]}]\n",
)
LAST = (
    "database: {url: @}\n",
    "deadlines: {urgent: @, low: @}\nspam: {copies: @, blocked_authors: {x: [@]}}\n",
    "chat: {app_token: @, port: @}\npriorities: {reach: @}\n",
)


def refusing(query: str) -> None:
    raise ValueError(f"{query} is no query")


@given(
    secret=st.text(string.ascii_letters + string.digits + "-_./:", min_size=8),
    parts=st.tuples(
        st.sampled_from(SLOTS), st.sampled_from(MORE), st.sampled_from(LAST)
    ),
    around=st.sampled_from(["{}", "x{}", "{}/y", "https://{}@h"]),
    data=st.data(),
)
def test_no_message_ever_shows_a_value_from_the_environment(
    secret: str, parts: tuple[str, ...], around: str, data: Any
) -> None:
    text = "".join(parts)
    for _ in range(text.count("@")):
        written = data.draw(st.sampled_from([around.format("${S}"), "acme", "${S}"]))
        text = text.replace("@", f'"{written}"'.replace("@", "\0"), 1)
    text = text.replace("\0", "@")

    try:
        read(text, "c", {"S": f"s3{secret}"}, check_query=refusing, model=WithSecrets)
        said = ""
    except ConfigErrors as errors:
        said = f"{errors}{errors!r}{errors.faults!r}{errors.__context__!r}"

    assert f"s3{secret}".casefold() not in said.casefold()


def test_schema_lets_a_secret_be_a_name_only() -> None:
    properties = json_schema(WithSecrets)["$defs"]["Chat"]["properties"]

    assert properties["app_token"]["pattern"] == r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"
