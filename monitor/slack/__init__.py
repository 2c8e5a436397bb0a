"""Slack: cards, their delivery, and the checks around them.

The only package that imports slack_sdk. `layout` is pure; `sender` delivers; what
people press is answered elsewhere, by the `Action` names that the layouts carry.
"""
