"""The settings of a source of type `google_play`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator

from connectors._google_settings import GoogleSource
from connectors.base import Connector, Context, Terms
from connectors.durations import Duration


class GooglePlaySource(GoogleSource):
    """The reviews of our own Android apps."""

    type: Literal["google_play"]
    every: Duration = Field(
        default=timedelta(minutes=10),
        description="Time between polls. Google allows 200 reads an hour for an app.",
    )
    packages: tuple[str, ...] = Field(
        min_length=1, description="The apps' package names: com.acme.app."
    )
    api_base: str = Field(
        default="https://androidpublisher.googleapis.com/",
        description="The API's address.",
    )

    @field_validator("packages")
    @classmethod
    def _are_names(cls, packages: tuple[str, ...]) -> tuple[str, ...]:
        for package in packages:
            if not package.replace(".", "").replace("_", "").isalnum():
                raise ValueError(f'"{package}" is no package name like com.acme.app')
        return tuple(dict.fromkeys(packages))

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:  # noqa: ARG002
        # read late: see connectors/__init__.py
        from connectors.google_play import GooglePlayConnector

        return GooglePlayConnector(self, context.now)
