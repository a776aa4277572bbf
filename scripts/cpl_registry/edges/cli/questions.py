"""The questions of `cpl new`: each field in its own words, each answer judged at once."""

from __future__ import annotations

from collections.abc import Callable

import click

from cpl_registry.edges import installation
from cpl_registry.outputs.wording import field_name
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import advice, always_there, described, value_of
from cpl_registry.records.register import Register
from cpl_registry.records.schemas import Schema
from cpl_registry.state.submission import HARDWARE, derived, to_ask


def ask_missing(
    fields: dict[str, str],
    register: Register,
    hardware: tuple[str, ...],
    ask: Callable[[str, str], str] | None = None,
) -> bool:
    """Asks for each missing field and puts the answers into `fields`; whether anything was asked.

    `ask` takes the prompt and what an empty answer means. An empty answer leaves a field out where
    an entry can be without it.
    """
    schema = installation.schemas()[Kind.ENTRY]
    answer = ask or _on_terminal
    asked = False
    for path in to_ask(fields, register, schema):
        if hardware and path in HARDWARE:
            continue
        default = derived(fields, register).get(path, "")
        text = _answered(schema, path, default, answer)
        asked = True
        if text:
            fields[path] = text
    return asked


def _answered(schema: Schema, path: str, default: str, answer: Callable[[str, str], str]) -> str:
    about = described(schema, path)
    words = f"one of {', '.join(about.words)}" if about.words else f"for example {about.example}"
    # A certificate that was begun with its number has a day of issue.
    may_lack = not (always_there(schema, path) or path.endswith(".issued"))
    left_out = "; empty to leave it out" if may_lack and not default else ""
    click.echo(f"\n{about.description}\n  {words}{left_out}", err=True)
    while True:
        text = answer(field_name(path), default).strip()
        if not text and may_lack:
            return ""
        faults = value_of(schema, path, text)[1]
        if not faults:
            return text
        click.echo(f"  {faults[0].message}; {advice(faults[0])}", err=True)


def _on_terminal(prompt: str, default: str) -> str:
    text: str = click.prompt(f"  {prompt}", default=default, show_default=bool(default), err=True)
    return text
