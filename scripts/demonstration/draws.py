"""Numbers that look drawn and are not: a function of a seed and of words.

Not `random`: a draw here depends on the words alone and not on what was drawn before it, so a
family added to the plan leaves all others as they were.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draws:
    """All draws of one seed."""

    seed: str

    def between(self, low: int, high: int, *words: object) -> int:
        """A whole number from `low` to `high`, both included, that these words always give."""
        text = "/".join([self.seed, *(str(word) for word in words)])
        return low + int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % (high - low + 1)


def sha256_of(text: str) -> str:
    """The SHA-256 of a text in UTF-8: 64 hex digits, upper case."""
    return hashlib.sha256(text.encode()).hexdigest().upper()
