"""`reference/licence.yaml`: under which licence the published data may be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Licence:
    """A licence: what it is called, where its text is read, and who grants it, where that is told."""

    name: str
    address: str
    holder: str | None = None

    @property
    def words(self) -> str:
        """The licence in one clause, as data files without a field for it tell it."""
        return f"{self.name} ({self.address})" + (
            f", granted by {self.holder}" if self.holder else ""
        )


def parse_licence(data: Mapping[str, Any]) -> Licence:
    """The licence of `reference/licence.yaml`."""
    return Licence(name=data["name"], address=data["address"], holder=data.get("holder"))
