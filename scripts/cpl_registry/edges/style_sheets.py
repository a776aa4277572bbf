"""The style sheets of the site: ours as one file, and of the theme's only what our pages use.

A page waits for its style sheets before it shows anything, on a slow network for each of them. The
sources stay apart by what they dress; the theme's sheet is mostly for parts that no page of ours has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from cpl_registry.edges.failure import CannotJudge

_OURS = """
colours page prose asking buttons head navigation footer answers facts tables events check finder
pictures forms compare print
"""
OURS = tuple(_OURS.split())
"""In the order in which they may overrule each other."""
JOINED = "stylesheets/pages.css"
"""As `extra_css` in mkdocs.yml names it."""
_KEPT = """
md-banner md-banner__inner md-container md-content md-content__inner md-dialog md-dialog__inner
md-footer md-grid md-hidden md-main md-main__inner md-overlay md-skip md-toggle md-typeset
admonition admonition-title note warning highlight no-js
"""
KEPT = frozenset(_KEPT.split())
"""The theme's classes that pages of ours have, and those that a guide in Markdown may come to have."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CHOICE = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
_GROUP = ("@media", "@supports", "@layer")
_VARIABLE = re.compile(r"(--[\w-]+):")
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


def dress(theme: Path) -> None:
    """Put the style sheets of the site into its theme, in the place of what they are made of.

    Raises:
        CannotJudge: the theme has no style sheet where it is looked for.
    """
    parts = [theme / "stylesheets" / f"{name}.css" for name in OURS]
    text = "".join(part.read_text(encoding="utf-8") for part in parts)
    (theme / JOINED).write_text(_packed(text), encoding="utf-8", newline="\n")
    for part in parts:
        part.unlink()
    source = theme_sheet()
    # A file of this name in the theme's folder takes the place of the theme's own.
    target = theme / "assets" / "stylesheets" / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    slim = slimmed(source.read_text(encoding="utf-8"))
    target.write_text(slim, encoding="utf-8", newline="\n")


def theme_sheet() -> Path:
    """The style sheet that the theme brings.

    Raises:
        CannotJudge: there is none, or there are several.
    """
    spec = find_spec("material")
    places = spec.submodule_search_locations if spec else None
    found = [
        sheet
        for place in places or ()
        for sheet in Path(place).glob("templates/assets/stylesheets/main.*.min.css")
    ]
    if len(found) != 1:
        raise CannotJudge(
            f"the theme has {len(found)} style sheets main.*.min.css and should have one:"
            " install what requirements.lock names (make .venv/installed)"
        )
    return found[0]


def slimmed(sheet: str) -> str:
    """The rules of a style sheet that can apply to a page with the classes in KEPT, as they stand there."""
    text = "".join(_kept(sheet))
    # Icons stand in variables, as pictures in the text: most are for parts that are gone.
    used = set(re.findall(r"var\((--[\w-]+)", text))
    return "".join(_without_pictures(text, used))


def _kept(sheet: str) -> Iterator[str]:
    for head, body in _rules(sheet):
        if body is None:
            yield "" if "sourceMappingURL" in head else head
        elif head.startswith(_GROUP):
            inner = "".join(_kept(body))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            # Nothing of ours moves, so that no movement needs its frames.
            yield "" if head.startswith("@keyframes") else f"{head}{{{body}}}"
        elif selectors := [one for one in _selectors(head) if _applies(one)]:
            yield f"{','.join(selectors)}{{{body}}}"


def _applies(selector: str) -> bool:
    plain = _CHOICE.sub("", _plain(selector))
    return "[dir=rtl]" not in plain and KEPT.issuperset(_CLASS.findall(plain))


def _without_pictures(sheet: str, used: set[str]) -> Iterator[str]:
    for head, body in _rules(sheet):
        if body is None:
            yield head
        elif head.startswith("@"):
            yield f"{head}{{{''.join(_without_pictures(body, used)) if '{' in body else body}}}"
        elif kept := [one for one in _declarations(body) if not _unused(one, used)]:
            yield f"{head}{{{';'.join(kept)}}}"


def _unused(declaration: str, used: set[str]) -> bool:
    named = _VARIABLE.match(declaration)
    return bool(named and "url(" in declaration and named[1] not in used)


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """Each rule as what stands before its braces and between them; a statement without braces alone."""
    text = _plain(sheet)
    at = 0
    while at < len(text):
        stop = re.compile(r"[{;]").search(text, at)
        if stop is None:
            if sheet[at:].strip():
                yield sheet[at:], None
            return
        if stop[0] == ";":
            yield sheet[at : stop.end()], None
            at = stop.end()
            continue
        deep, end = 1, stop.end()
        while deep:
            brace = re.compile(r"[{}]").search(text, end)
            if brace is None:
                raise CannotJudge("a style sheet of the theme ends within a rule")
            deep += 1 if brace[0] == "{" else -1
            end = brace.end()
        yield sheet[at : stop.start()], sheet[stop.end() : end - 1]
        at = end


def _plain(text: str) -> str:
    """A text in which nothing quoted can be taken for a mark; every place stays where it is."""
    return _QUOTED.sub(lambda found: " " * len(found[0]), text)


def _selectors(head: str) -> list[str]:
    return _split(head, ",")


def _declarations(body: str) -> list[str]:
    return [one for one in _split(body, ";") if one.strip()]


def _split(text: str, mark: str) -> list[str]:
    """The parts of a text between marks that stand in no brackets and no quotes."""
    parts, deep, start = [], 0, 0
    for at, letter in enumerate(_plain(text)):
        deep += (letter in "([") - (letter in ")]")
        if letter == mark and not deep:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _packed(text: str) -> str:
    """Without comments and indentation; what remains is the same to a browser."""
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return "".join(f"{line}\n" for line in lines if line)
