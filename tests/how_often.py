"""How often a test tries: in `make test`, which is run before each push, less often than in `make long`."""

import os


def often(usual: int, full: int) -> int:
    """The full number where LONG is set."""
    return full if os.environ.get("LONG") else usual
