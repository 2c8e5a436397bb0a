"""What people install has to hold the model, and to work without the network."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PROGRAM = """
import socket

def refused(*arguments, **more):
    raise SystemExit("the network was tried")

socket.socket.connect = refused
socket.getaddrinfo = refused

import sentiment
from sentiment.settings import SentimentSettings

classifier = sentiment.open_classifier(SentimentSettings())
found = classifier.classify(["I love it", "I hate it", "Das ist leider sehr schlecht."])
print(sentiment.__file__)
print(*(one.label for one in found), found[2].language)
"""


@pytest.mark.slow
def test_the_installed_wheel_classifies_with_the_network_closed(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    if not (HOUSE / "config.yaml").exists():
        pytest.skip("the wheel needs config.yaml, which this checkout lacks")

    built = [
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index",
        "--no-build-isolation", "--wheel-dir", str(tmp_path), str(HOUSE),
    ]  # fmt: skip
    subprocess.run(built, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("everyreply-*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    place, answers = done.stdout.splitlines()
    assert Path(place).is_relative_to(tmp_path)
    assert answers.startswith("positive negative ")
    assert answers.endswith(" de")
