"""A letter, ready for any mailer: the same words as plain text and as HTML that stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.outputs.templating import markdown, render

SENDER = "the administrators of the Certified Products List (CPL)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading with paragraphs, and a list below them."""

    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """Something that the letter lists: its name, its identifier ("" without one), what is said of it."""

    name: str
    identifier: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Items under a heading."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A letter to one audience. `reference` is its own, `about` what it tells of; "" for none."""

    title: str
    to: str
    on: date
    reference: str
    about: str
    illustrative: bool
    sections: tuple[Section, ...]
    groups: tuple[Group, ...]


def letter_text(letter: Letter) -> str:
    """The letter as plain text, no line of prose longer than 76 characters."""
    return markdown("letter.txt.jinja", letter=letter, sender=SENDER, day=wording.full_day)


def letter_html(letter: Letter) -> str:
    """The letter as one HTML document, with nothing that lies elsewhere."""
    return render("letter.html.jinja", letter=letter, sender=SENDER) + "\n"
