"""Jinja templates of the outputs: one environment, made once, with autoescape on.

Whatever comes from the register reaches a page only through this escaping. A name that a template
does not know is an error, never an empty place on a page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from cpl_registry.outputs import wording
from cpl_registry.outputs.incident_words import banner_words

MOST_ROWS = 300
"""A list inside a page shows at most so many lines, and says where all are: some 15 kB, compressed."""
_PIECES = 5000
"""How many pieces of a streamed template are handed on at once."""
# YAML reads these as line ends, or not at all, even between quotes.
_NOT_IN_YAML = re.compile(
    r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

_TEMPLATE_SIGNS = re.compile(r"[{}%\\]")


@cache
def environment() -> Environment:
    """The environment; its filters are the words in which days, numbers and fields are told."""
    made = Environment(
        loader=PackageLoader("cpl_registry.outputs", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["most_rows"] = MOST_ROWS
    made.filters["inert"] = inert
    made.filters["banner"] = banner_words
    made.filters["day"] = wording.day
    made.filters["full_day"] = wording.full_day
    made.filters["month"] = wording.month
    made.filters["counted"] = wording.counted
    made.filters["field"] = wording.field_name
    made.filters["sentence"] = wording.sentence
    made.filters["value"] = wording.value_text
    made.filters["hold_reason"] = wording.hold_reason
    made.filters["standing_row"] = wording.standing_row
    made.filters["capital"] = wording.capital
    return made


def render(template: str, **context: object) -> str:
    """A template, filled."""
    return environment().get_template(template).render(**context)


def streamed(template: str, **context: object) -> Iterator[str]:
    """A template, filled, piece by piece: for what is too great to be held as one text."""
    stream = environment().get_template(template).stream(**context)
    stream.enable_buffering(_PIECES)
    return iter(stream)


def escaped(text: str) -> str:
    """A text as it stands in HTML, between tags or in a quoted attribute."""
    return str(escape(text))


def inert(text: str) -> Markup:
    """A text that is escaped for HTML, and that a second template around it takes as plain text."""
    return Markup(_TEMPLATE_SIGNS.sub(lambda found: f"&#{ord(found.group())};", escaped(text)))  # noqa: S704  # it is escaped


def front_matter(text: str) -> str:
    """A text as a double-quoted scalar of a page's front matter, escaped for HTML.

    Site generators write titles and descriptions from front matter into a page as they are.
    """
    safe = _NOT_IN_YAML.sub(lambda found: f"&#{ord(found.group())};", escaped(text))
    return json.dumps(safe, ensure_ascii=False)


def markdown(template: str, **context: object) -> str:
    """A Markdown template, filled. Nothing is escaped: data belong in code spans, without line ends."""
    return _plain().get_template(template).render(**context) + "\n"


@cache
def _plain() -> Environment:
    return Environment(
        loader=PackageLoader("cpl_registry.outputs", "templates"),
        autoescape=False,  # noqa: S701  # Markdown and terminals know no HTML escapes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
