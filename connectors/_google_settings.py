"""The settings that all Google sources share."""

from datetime import timedelta

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors.base import SourceConfig
from connectors.durations import Duration

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105


class GoogleSource(SourceConfig):
    """What every Google source needs: a way in, and how long to wait for an answer."""

    service_account_json: SecretStr | None = Field(
        default=None,
        description="The JSON key of a service account, or the path of its file. "
        "Either this, or client_id, client_secret and refresh_token.",
    )
    client_id: str | None = Field(default=None, description="OAuth client id.")
    client_secret: SecretStr | None = Field(
        default=None, description="OAuth client secret."
    )
    refresh_token: SecretStr | None = Field(
        default=None, description="OAuth refresh token of a person with access."
    )
    token_url: str = Field(
        default=TOKEN_URL, description="Where access tokens come from."
    )
    timeout: Duration = Field(
        default=timedelta(seconds=30),
        le=timedelta(seconds=30),
        description="For connecting and for each piece, at most 30s.",
    )
    allow_private: bool = Field(
        default=False, description="Allow addresses inside our own network."
    )

    @field_validator("service_account_json", "client_secret", "refresh_token")
    @classmethod
    def _not_empty(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not secret.get_secret_value().strip():
            raise ValueError("is empty; leave it out or set its variable")
        return secret

    @model_validator(mode="after")
    def _one_way_in(self) -> "GoogleSource":
        oauth = (self.client_id, self.client_secret, self.refresh_token)
        if self.service_account_json is not None and not any(oauth):
            return self
        if self.service_account_json is None and all(oauth):
            return self
        raise ValueError(
            "set either service_account_json, or all of client_id, client_secret and "
            "refresh_token"
        )
