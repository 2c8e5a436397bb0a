"""What `connectors/file.py` is made of: bytes -> lines -> rows -> posts."""
