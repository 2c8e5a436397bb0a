"""Every decision we make, as pure functions. No clock, no network, no database."""
