"""Every platform we can listen to.

To add one: write its settings (`_x_settings.py`) and its file (`x.py`), and add the
settings to `Source`. All settings are read at each start, to check config.yaml; so a
platform's file, with its client and all the rest, is read only by `connect`, where a
source of its type is configured. Files need no client, and theirs is read with them.
"""

from typing import Annotated

from pydantic import Field

from connectors._app_store_feed_settings import AppStoreFeedSource
from connectors._app_store_settings import AppStoreSource
from connectors._google_business_settings import GoogleBusinessSource
from connectors._google_play_settings import GooglePlaySource
from connectors._reddit_settings import RedditSource
from connectors._rss_settings import RssSource
from connectors._trustpilot_settings import TrustpilotSource
from connectors._x_settings import XSource
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
