"""A config.yaml whose sources are at their fakes, its secrets in the environment."""

import json

from tests.fakes import reddit, x

BRAND = {
    "name": "Acme",
    "keywords": ["acme"],
    "handles": {"x": [x.BRAND], "reddit": [reddit.BRAND]},
}
SECRETS = {
    "bearer_token", "consumer_key", "consumer_secret", "access_token",
    "access_token_secret", "client_secret", "refresh_token", "private_key", "api_key",
    "api_secret",
}  # fmt: skip


def config_text(settings, database_url):
    """Return the file's text, and the environment that it needs.

    `settings` are those of the sources, secrets and all.
    """
    env = {}
    sources = []
    for told in settings:
        source = dict(told)
        for key in SECRETS & source.keys():
            name = f"{source['name']}_{key}".upper().replace("-", "_")
            env[name] = source[key]
            source[key] = f"${{{name}}}"
        sources.append(source)
    whole = {"brands": [BRAND], "sources": sources, "database": {"url": database_url}}
    return json.dumps(whole, default=_plain, indent=1), env


def _plain(value):
    return f"{value.total_seconds():g}s"
