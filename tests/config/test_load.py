"""Reading the file itself: what is taken as written, and what becomes of paths."""

import os
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.config import ConfigErrors, Loaded, fingerprint, load, read

BRANDS = "brands: [{name: Acme, keywords: [acme]}]\n"
SOURCES = "sources: [{type: file, name: f, path: posts}]\n"


def write(folder: Path, text: str = BRANDS + SOURCES) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def brand(settings: str) -> Loaded:
    text = f"brands: [{{name: Acme, {settings}}}]\n{SOURCES}"
    return read(text, "config.yaml", {})


def test_keyword_stays_the_word_that_was_written() -> None:
    loaded = brand("keywords: [no, on, 12:30, 1.0, 007, 1e3, 0x1F, true, 2026-12-25]")

    assert loaded.config.brands[0].keywords == (
        ("no", "on", "12:30", "1.0", "007", "1e3", "0x1F", "true", "2026-12-25")
    )


@pytest.mark.parametrize(
    ("word", "meant"),
    [("no", False), ("off", False), ("false", False), ("yes", True), ("True", True)],
)
def test_yes_and_no_are_what_people_mean_where_a_choice_is_wanted(
    word: str, meant: bool
) -> None:
    loaded = brand(f"keywords: [a], reply: {word}")

    assert loaded.config.brands[0].reply is meant


def test_language_no_is_norwegian() -> None:
    loaded = brand("keywords: [a], languages: [no, EN, pt-BR]")

    assert loaded.config.brands[0].languages == ("no", "en", "pt-BR")


def test_handles_lose_their_marks_and_platforms_their_capitals() -> None:
    loaded = brand("keywords: [a], handles: {X: ['@acme', acme2], Reddit: [u/acme]}")

    assert loaded.config.brands[0].handles == {
        "x": ("acme", "acme2"),
        "reddit": ("acme",),
    }


def test_hours_and_holidays_need_no_quotes() -> None:
    hours = (
        brand(
            "keywords: [a], hours: {opens: 9:00, closes: 17:30, holidays: [2026-12-25]}"
        )
        .config.brands[0]
        .hours
    )

    assert hours is not None
    assert (hours.opens, hours.closes) == (time(9), time(17, 30))
    assert hours.holidays == ("2026-12-25",)


def test_numbers_and_durations_become_what_they_say() -> None:
    text = f"{BRANDS}{SOURCES}priorities: {{reach: 500, repeat_within: 1h 30m}}\n"

    priorities = read(text, "config.yaml", {}).config.priorities

    assert priorities.reach == 500
    assert priorities.repeat_within == timedelta(minutes=90)


def test_brand_with_a_source_of_its_own_needs_no_keywords() -> None:
    text = "brands: [{name: Acme}]\n" + SOURCES.replace("}", ", brands: [Acme]}")

    loaded = read(text, "config.yaml", {})

    assert loaded.config.sources[0].brands == ("Acme",)


def test_paths_are_relative_to_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "own-model").mkdir()
    settings = "database: {url: sqlite:///a.db}\nsentiment: {model: own-model}\n"
    path = write(tmp_path, BRANDS + SOURCES + settings)

    loaded = load(path, {})

    assert loaded.config.sources[0].path == str(tmp_path / "posts")  # type: ignore[union-attr]
    assert loaded.config.database.url == f"sqlite:///{tmp_path}/a.db"
    assert loaded.config.sentiment.model == str(tmp_path / "own-model")
    assert loaded.folder == tmp_path


@pytest.mark.parametrize(
    "url",
    ["sqlite:////var/a.db", "postgresql://h/d"],
)
def test_database_that_is_not_a_relative_file_stays(tmp_path: Path, url: str) -> None:
    path = write(tmp_path, f"{BRANDS}{SOURCES}database: {{url: '{url}'}}\n")

    loaded = load(path, {})

    assert loaded.config.database.url == url


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_database_that_forgets_everything_is_refused(tmp_path: Path, url: str) -> None:
    path = write(tmp_path, f"{BRANDS}{SOURCES}database: {{url: '{url}'}}\n")

    with pytest.raises(ConfigErrors, match="name a file"):
        load(path, {})


def test_home_of_nobody_is_a_folder_like_any_other(tmp_path: Path) -> None:
    url = "sqlite:///~nobody-at-all/a.db"
    path = write(tmp_path, f"{BRANDS}{SOURCES}database: {{url: '{url}'}}\n")

    loaded = load(path, {})

    assert loaded.config.database.url == f"sqlite:///{tmp_path}/~nobody-at-all/a.db"


def test_model_id_is_not_taken_for_a_path(tmp_path: Path) -> None:
    path = write(tmp_path, f"{BRANDS}{SOURCES}sentiment: {{model: org/name}}\n")

    loaded = load(path, {})

    assert loaded.config.sentiment.model == "org/name"


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (BRANDS + SOURCES).encode())

    loaded = load(path, {})

    assert loaded.config.brands[0].name == "Acme"


def test_missing_file_is_told_the_way_on(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"

    with pytest.raises(ConfigErrors) as caught:
        load(path, {})

    assert str(caught.value) == (
        f"{path}: no config.yaml here; start from the one that comes with Everyreply, "
        "or name yours with --config"
    )


def test_folder_is_not_taken_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match="this is a folder; name the file in it"):
        load(tmp_path, {})


def test_path_through_a_file_cannot_be_read(tmp_path: Path) -> None:
    path = write(tmp_path)

    with pytest.raises(ConfigErrors, match="cannot be read: Not a directory"):
        load(path / "config.yaml", {})


def test_other_encoding_is_told_with_the_place_of_the_first_such_letter(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes("# one\n# caf\xe9\n".encode("latin-1"))

    with pytest.raises(ConfigErrors) as caught:
        load(path, {})

    assert str(caught.value) == (
        f"{path}:2:6: the file is not UTF-8 from here on; save it as UTF-8"
    )


def test_environment_is_the_process_s_own_unless_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVERYREPLY_TEST_BRAND", "Acme")
    path = write(
        tmp_path, BRANDS.replace("Acme", '"${EVERYREPLY_TEST_BRAND}"') + SOURCES
    )

    loaded = load(path)

    assert loaded.config.brands[0].name == os.environ["EVERYREPLY_TEST_BRAND"]


def test_fingerprint_changes_with_the_file_and_only_then(tmp_path: Path) -> None:
    path = write(tmp_path)
    first = fingerprint(path)
    write(tmp_path)
    same = fingerprint(path)
    write(tmp_path, BRANDS)

    assert first == same == load(write(tmp_path), {}).fingerprint
    assert fingerprint(write(tmp_path, BRANDS)) != first
    assert fingerprint(tmp_path / "gone.yaml") == ""
