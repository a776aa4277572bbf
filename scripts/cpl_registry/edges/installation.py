"""What comes with the tools: schemas, reference data for a new register, the site's settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.records.csv_cells import place_of
from cpl_registry.records.documents import Kind
from cpl_registry.records.schemas import Schema
from cpl_registry.records.tables import HOLIDAYS, table_of, table_problem
from cpl_registry.records.working_days import WorkingDays, parse_holidays

HOME = Path(__file__).resolve().parents[3]
"""The repository that the tools were installed from."""


@cache
def schemas() -> dict[str, Schema]:
    """The schema of each kind of file."""
    return {kind.value: _schema(f"{kind.value}.schema.json") for kind in Kind}


@cache
def published_schema(name: str) -> Schema:
    """The schema of something that is published: `manifest`, `device` ..."""
    return _schema(f"published/{name}.schema.json")


@cache
def published_schemas() -> dict[str, Mapping[str, Any]]:
    """Every schema of what is published, by name."""
    folder = HOME / "schema" / "published"
    names = [path.name.removesuffix(".schema.json") for path in folder.glob("*.schema.json")]
    return {name: published_schema(name).schema for name in sorted(names)}


@cache
def mapping_schema() -> Schema:
    """The schema of a mapping for `cpl import`, which is no file of the register."""
    return _schema("import-mapping.schema.json")


def _schema(name: str) -> Schema:
    path = HOME / "schema" / name
    if not path.is_file():
        raise CannotJudge(f"{path} is missing: the tools must be installed from a whole clone")
    return Schema(name, json.loads(path.read_text(encoding="utf-8")))


def working_days(root: Path) -> WorkingDays:
    """The calendar of Working Days: the register's own holidays, else those that come along."""
    own = root / HOLIDAYS
    return working_days_of(own.read_bytes() if own.is_file() else None)


def working_days_of(own: bytes | None) -> WorkingDays:
    """The calendar that a register's list of holidays makes, else the one that comes along.

    Raises:
        CannotJudge: the list cannot be relied on.
    """
    raw = own if own is not None else (HOME / HOLIDAYS).read_bytes()
    if problem := table_problem(HOLIDAYS, raw):
        raise CannotJudge(
            f"{HOLIDAYS}:{place_of(problem)}: {problem.message}: no Working Day can be told;"
            f" {problem.fix}"
        )
    return parse_holidays(table_of(HOLIDAYS, raw))
