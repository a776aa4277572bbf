"""Mistakes that people make in an entry, each as an edit of a right file that knows its place.

A mistake takes the text of an entry and gives the text with the mistake in it, the line and the
column at which it must be told, and the rule that must tell it; or None where the entry has no
place for it. Lines and columns are worked out here from the edit alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Told:
    """A wrong text, and where it must be told by which rule; no line means the whole file."""

    text: bytes
    rule: str
    line: int | None
    column: int | None


Mistake = Callable[[str], Told | None]


class Mistakes(dict[str, Mistake]):
    """Mistakes by the words of their names."""

    def add(self, make: Mistake) -> Mistake:
        self[make.__name__.replace("_", " ")] = make
        return make


def line_of(text: str, start: str, after: int = 0) -> int:
    """The number of the first line that starts so, looked for behind a line."""
    lines = text.split("\n")
    return next(n for n in range(after + 1, len(lines) + 1) if lines[n - 1].startswith(start))


def told(text: str | bytes, rule: str, line: int | None, column: int | None) -> Told:
    raw = text.encode() if isinstance(text, str) else text
    return Told(text=raw, rule=rule, line=line, column=column)


def with_value(text: str, key: str, value: str, rule: str) -> Told:
    """Another value at the root; it is told where the value starts."""
    line = line_of(text, f"{key}: ")
    return told(with_line(text, line, f"{key}: {value}"), rule, line, len(key) + 3)


def with_line(text: str, line: int, *instead: str) -> str:
    """The text with one line replaced by others, or by none."""
    lines = text.split("\n")
    return "\n".join([*lines[: line - 1], *instead, *lines[line:]])


def value_of(text: str, key: str) -> str:
    return text.split("\n")[line_of(text, f"{key}: ") - 1].split(": ", 1)[1].strip('"')


def history_days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in re.findall(r'^  - date: "(.*)"', text, re.MULTILINE)]


def events(text: str) -> list[str]:
    return re.findall(r"^    event: (.*)", text, re.MULTILINE)


def is_active(text: str) -> bool:
    standing = [one for one in events(text) if one in {"listed", "removed", "reinstated"}]
    return bool(standing) and standing[-1] != "removed"


def item_lines(text: str, section: str) -> list[int]:
    """The lines at which the items of a list of the entry start."""
    line = line_of(text, f"{section}:") + 1
    lines = text.split("\n")
    found = []
    while lines[line - 1].startswith(" "):
        if lines[line - 1].startswith("  - "):
            found.append(line)
        line += 1
    return found


def appended(text: str, *lines: str, rule: str, line: int = 1, column: int = 5) -> Told:
    """One more history line, told at one of its lines."""
    end = text.count("\n")
    return told(text + "".join(f"{one}\n" for one in lines), rule, end + line, column)


def next_line(text: str, event: str) -> tuple[str, str]:
    return f'  - date: "{history_days(text)[-1]}"', f"    event: {event}"
