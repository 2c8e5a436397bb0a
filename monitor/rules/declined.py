"""The one family of "no" that a person hears in its own words."""


class Declined(Exception):
    """What a person asked for cannot be. The message is for them: why, and what to do."""
