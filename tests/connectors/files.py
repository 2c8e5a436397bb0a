"""A folder to write files into and poll, with a clock of its own."""

import json
import os
from pathlib import Path

from connectors import Batch, Post, SetAside
from connectors.file import FileConnector, FileSource


class Watched:
    """A watched folder. What is put there was put a minute ago, if not said else."""

    def __init__(self, root: Path, **settings) -> None:
        self.clock = 1_800_000_000.0
        self.root = root
        self.cursor = None
        self.settings = {"path": str(root), **settings}

    def put(self, name: str, content: str | bytes, ago: float = 60) -> Path:
        """Write a file whole; its time is `ago` seconds before now."""
        self.clock += 100
        raw = content.encode() if isinstance(content, str) else content
        path = self.root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(raw)
        os.utime(path, (self.clock - ago, self.clock - ago))
        return path

    def append(self, name: str, content: str | bytes, ago: float = 60) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.put(name, (self.root / name).read_bytes() + raw, ago)

    def connector(self) -> FileConnector:
        settings = FileSource(name="folder", type="file", **self.settings)
        return FileConnector(settings, now=lambda: self.clock)

    def poll(self) -> Batch:
        """Poll once and keep the cursor, as stored and read again."""
        batch = self.connector().poll(self.cursor)
        self.cursor = json.loads(json.dumps(batch.cursor))
        return batch

    def drain(self) -> tuple[list[Post], list[SetAside]]:
        posts, aside = [], []
        while True:
            batch = self.poll()
            posts += batch.posts
            aside += batch.set_aside
            if not batch.more:
                return posts, aside

    def texts(self) -> list[str]:
        return [post.text for post in self.drain()[0]]
