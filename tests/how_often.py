"""How often a test tries: `make test` has ten minutes, `make long` takes the full number."""

import os


def often(usual: int, full: int) -> int:
    """The full number where LONG is set."""
    return full if os.environ.get("LONG") else usual
