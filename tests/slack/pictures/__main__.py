"""Take the pictures. Each is cropped, and keeps 128 colours, so that it stays small."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from tests.slack.pictures import draw
from tests.slack.pictures.scenes import scenes

TARGET = Path(__file__).parents[3] / "docs" / "pictures"
WIDTH, HEIGHT, SCALE = 632, 1500, 1.5
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip


def main(only):
    TARGET.mkdir(exist_ok=True)
    for name, body in scenes().items():
        if not only or name in only:
            picture = taken(page(body))
            picture.save(TARGET / f"{name}.png", optimize=True)


def page(body):
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<style>{draw.STYLE}</style><div class="frame">{body}</div></html>'
    )


def taken(html):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        source.write_text(html, "utf-8")
        size = f"--window-size={WIDTH},{HEIGHT}"
        where = [f"--user-data-dir={folder}/profile", f"--screenshot={shot}"]
        scale = f"--force-device-scale-factor={SCALE}"
        command = [browser(), *FLAGS, size, scale, *where, source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        with Image.open(shot) as picture:
            return cropped(picture.convert("RGB")).quantize(
                128, Image.Quantize.MAXCOVERAGE
            )


def browser():
    """Return the Chromium of this machine."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return found or sys.exit("there is no Chromium here; install it")


def cropped(picture):
    """Cut off the empty rest below."""
    white = Image.new("RGB", picture.size, "white")
    box = ImageChops.difference(picture, white).getbbox()
    return picture.crop((0, 0, picture.width, (box[3] if box else 0) + 12))


if __name__ == "__main__":
    main(sys.argv[1:])
