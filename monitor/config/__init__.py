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
    Retention,
    Spam,
)
from monitor.config.section import Priority
from monitor.config.slack import (
    Approval,
    Collect,
    Escalation,
    Group,
    Person,
    Reminders,
    SavedReply,
    SlackSettings,
)

__all__ = [
    "WEEKDAYS",
    "Approval",
    "Brand",
    "Collect",
    "Config",
    "ConfigErrors",
    "Database",
    "Deadlines",
    "Escalation",
    "Fault",
    "Group",
    "Hours",
    "Loaded",
    "Person",
    "Priorities",
    "Priority",
    "Reminders",
    "Retention",
    "SavedReply",
    "SlackSettings",
    "Spam",
    "fingerprint",
    "load",
    "read",
]
