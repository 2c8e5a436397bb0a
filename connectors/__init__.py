"""Every platform we can listen to. To add one: write its file, add it to `Source`."""

from typing import Annotated

from pydantic import Field

from connectors.base import (
    Author,
    Batch,
    Connector,
    ConnectorError,
    Cursor,
    Gap,
    Gone,
    Kind,
    OwnerReply,
    Post,
    Refused,
    SetAside,
    SourceConfig,
    Terms,
    Unavailable,
    Validator,
)
from connectors.file import FileSource
from connectors.rss import RssSource

Source = Annotated[FileSource | RssSource, Field(discriminator="type")]

__all__ = [
    "Author",
    "Batch",
    "Connector",
    "ConnectorError",
    "Cursor",
    "FileSource",
    "Gap",
    "Gone",
    "Kind",
    "OwnerReply",
    "Post",
    "Refused",
    "RssSource",
    "SetAside",
    "Source",
    "SourceConfig",
    "Terms",
    "Unavailable",
    "Validator",
]
