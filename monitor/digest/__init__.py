"""The weekly digest: a week of one brand as one frozen `Report`, and how it is shown."""
