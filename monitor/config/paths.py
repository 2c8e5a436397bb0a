"""Paths in config.yaml are relative to its folder, wherever the program starts."""

from pathlib import Path

from connectors import FileSource
from connectors._file.folder import at
from monitor.config.model import Config

_SQLITE = "sqlite:///"


def anchored(config: Config, folder: Path) -> Config:
    """Return `config` with each relative path put below `folder`."""
    return config.model_copy(
        update={
            "sources": tuple(
                source.model_copy(update={"path": _below(folder, source.path)})
                if isinstance(source, FileSource)
                else source
                for source in config.sources
            ),
            "database": config.database.model_copy(
                update={"url": _database(folder, config.database.url)}
            ),
            "sentiment": config.sentiment.model_copy(
                update={"model": _model(folder, config.sentiment.model)}
            ),
            "digest": config.digest.model_copy(
                update={"out": _below(folder, config.digest.out)}
            ),
        }
    )


def _below(folder: Path, path: str) -> str:
    return str(folder / at(path))


def _database(folder: Path, url: str) -> str:
    file = url.removeprefix(_SQLITE)
    if not url.startswith(_SQLITE) or file.startswith(("file:", "/")):
        return url
    return _SQLITE + _below(folder, file)


def _model(folder: Path, model: str) -> str:
    """A folder wins over a model id of the same name, as with Hugging Face."""
    return _below(folder, model) if (folder / model).is_dir() else model
