"""Every platform we can listen to. To add one: write its file, add it to `Source`."""

from typing import Annotated

from pydantic import Field

from connectors.app_store import AppStoreSource
from connectors.app_store_feed import AppStoreFeedSource
from connectors.base import (
    Author,
    Batch,
    CanReply,
    Caution,
    Connector,
    ConnectorError,
    Context,
    Cursor,
    Gap,
    Gone,
    Kind,
    Length,
    Meter,
    Noticer,
    OwnerReply,
    OwnReplies,
    OwnReply,
    Post,
    Posted,
    Purse,
    Rechecked,
    Rechecker,
    Refused,
    Replier,
    SetAside,
    SourceConfig,
    Target,
    Terms,
    Unavailable,
    Validator,
)
from connectors.file import FileSource
from connectors.google_business import GoogleBusinessSource
from connectors.google_play import GooglePlaySource
from connectors.reddit import RedditSource
from connectors.rss import RssSource
from connectors.trustpilot import TrustpilotSource
from connectors.x import XSource

Source = Annotated[
    AppStoreSource
    | AppStoreFeedSource
    | FileSource
    | GoogleBusinessSource
    | GooglePlaySource
    | RedditSource
    | RssSource
    | TrustpilotSource
    | XSource,
    Field(discriminator="type"),
]

__all__ = [
    "AppStoreFeedSource",
    "AppStoreSource",
    "Author",
    "Batch",
    "CanReply",
    "Caution",
    "Connector",
    "ConnectorError",
    "Context",
    "Cursor",
    "FileSource",
    "Gap",
    "Gone",
    "GoogleBusinessSource",
    "GooglePlaySource",
    "Kind",
    "Length",
    "Meter",
    "Noticer",
    "OwnReplies",
    "OwnReply",
    "OwnerReply",
    "Post",
    "Posted",
    "Purse",
    "Rechecked",
    "Rechecker",
    "RedditSource",
    "Refused",
    "Replier",
    "RssSource",
    "SetAside",
    "Source",
    "SourceConfig",
    "Target",
    "Terms",
    "TrustpilotSource",
    "Unavailable",
    "Validator",
    "XSource",
]
