"""Where the sample lies: in the installed package, or in a checkout."""

import json
import re
from pathlib import Path

import monitor


def sample_folder() -> Path:
    """Return the folder with the shipped config.yaml and its examples."""
    beside = Path(monitor.__file__).parent.parent
    return beside if (beside / "examples").is_dir() else beside / "everyreply_sample"


def sample_config(folder: Path, database: Path) -> Path:
    """Write the shipped config into `folder`, on the shipped examples and a database
    of its own; return its path."""
    shipped = sample_folder()
    text = (shipped / "config.yaml").read_text(encoding="utf-8")
    text = re.sub(
        r"path: (examples/\S+)",
        lambda found: f"path: {json.dumps(str(shipped / found[1]))}",
        text,
    )
    # Files that ship are whole, however fresh the checkout.
    text = text.replace("- type: file\n", "- type: file\n    settle: 0.001s\n")
    text = text.replace(
        "url: sqlite:///everyreply.db",
        f"url: {json.dumps(f'sqlite:///{database.absolute()}')}",
    )
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path
