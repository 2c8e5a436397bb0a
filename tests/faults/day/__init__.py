"""A day of the whole service: every connector at its fake, with faults throughout."""
