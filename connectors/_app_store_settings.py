"""The settings of a source of type `app_store`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from connectors.base import Connector, Context, SourceConfig, Terms
from connectors.durations import Duration

API_BASE = "https://api.appstoreconnect.apple.com"


class AppStoreSource(SourceConfig):
    """The reviews of our own apps, through App Store Connect."""

    type: Literal["app_store"]
    key_id: str = Field(min_length=1, description="The key's ID, ten characters.")
    issuer_id: str | None = Field(
        default=None,
        description="The issuer ID above the list of keys. Left out: the key is a "
        "person's own (an individual key).",
    )
    private_key: SecretStr = Field(
        description="The text of the .p8 file; line breaks may be written \\n."
    )
    app_ids: tuple[str, ...] = Field(
        default=(),
        description="The numbers of the apps (Apple ID under App Information). Left "
        "out: all apps that the key sees.",
    )
    reread: Duration = Field(
        default=timedelta(days=14),
        description="How far back each walk looks for edited reviews and new answers.",
    )
    api_base: str = Field(default=API_BASE, description="Where the API answers.")
    timeout: Duration = Field(
        default=timedelta(seconds=30),
        le=timedelta(seconds=30),
        description="For connecting and for each piece, at most 30s.",
    )

    @field_validator("app_ids")
    @classmethod
    def _are_numbers(cls, app_ids: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [one for one in app_ids if not one.isascii() or not one.isdigit()]:
            raise ValueError(
                f'an app is a number such as "284910350", not "{wrong[0]}"'
            )
        return app_ids

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:  # noqa: ARG002
        # read late: see connectors/__init__.py
        from connectors.app_store import AppStoreConnector

        return AppStoreConnector(self, context.now)
