"""Texts from files, safe to show."""

from __future__ import annotations


def shown(text: str, most: int = 40) -> str:
    """A text from a file, safe and short enough for one line of a report."""
    if len(text) <= most and text.isascii() and text.isprintable():
        return text
    plain = "".join(
        c if (" " <= c <= "~" or (c > "~" and c.isprintable())) else f"\\u{{{ord(c):x}}}"
        for c in text[: most + 1]
    )
    return plain if len(text) <= most else f"{plain[:most]}..."
