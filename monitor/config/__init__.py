"""config.yaml: its types, how it is read, its JSON Schema."""

from monitor.config.faults import ConfigErrors, Fault
from monitor.config.load import Loaded, fingerprint, load, read
from monitor.config.model import (
    WEEKDAYS,
    Brand,
    Config,
    Database,
    Deadlines,
    Hours,
    Priorities,
    Priority,
    Retention,
    Spam,
)

__all__ = [
    "WEEKDAYS",
    "Brand",
    "Config",
    "ConfigErrors",
    "Database",
    "Deadlines",
    "Fault",
    "Hours",
    "Loaded",
    "Priorities",
    "Priority",
    "Retention",
    "Spam",
    "fingerprint",
    "load",
    "read",
]
