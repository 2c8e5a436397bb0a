"""The JSON Schema of config.yaml, from which editors complete and explain it.

`python -m monitor.config.schema > config.schema.json` writes the published one.
"""

import json
import sys
from datetime import time, timedelta
from typing import Any, TypeAlias

from pydantic.json_schema import GenerateJsonSchema

from connectors.durations import format_duration
from monitor.config.model import Config
from monitor.config.secrets import NAME

Json: TypeAlias = dict[str, Any]


class _Generator(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:
        """Write defaults the way the file does, not the way of ISO 8601."""
        if isinstance(dft, timedelta):
            return format_duration(dft)
        if isinstance(dft, time):
            return f"{dft:%H:%M}"
        return super().encode_default(dft)


def json_schema(model: type[Config] = Config) -> Json:
    """Return the schema as JSON Schema 2020-12."""
    schema = model.model_json_schema(schema_generator=_Generator)
    head = {
        "$schema": _Generator.schema_dialect,
        "title": "Everyreply: config.yaml",
    }
    return head | _tidy(schema)


def as_file() -> str:
    """Return the text of config.schema.json."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(schema: Json) -> Json:
    """Keep what helps somebody who writes the file, in what pydantic generates."""
    tidy = {
        key: _inner(key, value)
        for key, value in schema.items()
        # Titles repeat the names; `discriminator` is OpenAPI's, oneOf says it here.
        if key not in ("title", "discriminator")
    }
    if tidy.pop("writeOnly", False):
        tidy.pop("format", None)
        tidy["pattern"] = f"^{NAME}$"
    return tidy


def _inner(key: str, value: Any) -> Any:
    if key in ("properties", "$defs") and isinstance(value, dict):
        return {name: _tidy(one) for name, one in value.items()}
    if key in ("default", "const", "enum", "examples"):
        return value
    if isinstance(value, dict):
        return _tidy(value)
    if isinstance(value, list):
        return [_tidy(one) if isinstance(one, dict) else one for one in value]
    return value


if __name__ == "__main__":
    sys.stdout.write(as_file())
