"""What a command prints, held against a whole file; `GOLDEN=rewrite` writes the file again."""

import os
from pathlib import Path


def hold_text_against(path: Path, given: bytes) -> None:
    """The bytes must be those of the file."""
    if os.environ.get("GOLDEN") == "rewrite":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(given)
    assert given.decode() == path.read_bytes().decode(), f"{path}: GOLDEN=rewrite writes it again"
