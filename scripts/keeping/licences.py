"""`make licences`: docs/maintain/licences.md, from requirements.lock and the installed packages.

Names and versions are those of the lock, licences those that the packages' own metadata tell. Where
the metadata are silent, somebody has read the licence file, and what it says stands below.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "maintain" / "licences.md"
PROJECT = "cpl-registry"
READ_BY_HAND = {
    "axe-playwright-python": "MIT AND MPL-2.0",  # the wrapper, and axe-core inside it
    "text-unidecode": "Artistic-1.0-Perl OR GPL-1.0-or-later",
}
"""Licences that the metadata leave out, or tell in more than one way."""
PERMISSIVE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 OR BSD-2-Clause",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "MIT",
        "PSF-2.0",
    }
)
"""What a package that the tools need at run time may have without anybody being asked."""
FILE_COPYLEFT = {"certifi": "MPL-2.0", "pathspec": "MPL-2.0"}
"""Run-time packages with a licence that asks for changed files back. They are used unchanged."""
_SPELLINGS = {
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause or apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "bsd license": "BSD",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit licence": "MIT",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
_SPDX = re.compile(r"[A-Za-z0-9.+-]+-[A-Za-z0-9.+-]+|MIT|ISC|0BSD")
_PIN = re.compile(r"^([a-z0-9.-]+)==([^ ;\\]+)", re.MULTILINE)
# Where the tools run: what is needed on one of these is needed at run time.
_SYSTEMS = (("linux", "Linux"), ("win32", "Windows"), ("darwin", "Darwin"))
_PYTHONS = ("3.11", "3.12", "3.13")


class NoLicence(Exception):
    """A package whose licence cannot be told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """A locked package: name, versions (one a platform or Python), licence, needed at run time."""

    name: str
    versions: tuple[str, ...]
    licence: str
    at_run_time: bool


def packages(lock: str) -> list[Package]:
    """Every package of the lock, by name.

    Raises:
        NoLicence: one is not installed, or tells no licence.
    """
    pins: dict[str, list[str]] = {}
    for name, version in _PIN.findall(lock):
        pins.setdefault(canonicalize_name(name), []).append(version)
    needed = needed_by(PROJECT)
    return [
        Package(
            name=name,
            versions=tuple(versions),
            licence=licence_of(name),
            at_run_time=name in needed,
        )
        for name, versions in sorted(pins.items())
    ]


def licence_of(name: str) -> str:
    """The licence of an installed package, as SPDX writes it where that can be told.

    Raises:
        NoLicence: it is not installed, or tells no licence.
    """
    if name in READ_BY_HAND:
        return READ_BY_HAND[name]
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        raise NoLicence(
            f"{name} is not installed: make the environment again (make site)"
        ) from None
    for expression in told.get_all("License-Expression", []):
        return str(expression)
    field = "".join(map(str, told.get_all("License", []))).partition("\n")[0].strip()
    classifiers = [
        str(line).rpartition(" :: ")[2]
        for line in told.get_all("Classifier", [])
        if str(line).startswith("License :: OSI Approved :: ")
    ]
    for text in (field, *classifiers):
        if _SPDX.fullmatch(text):
            return text
    for text in (*classifiers, field):
        if text.lower() in _SPELLINGS and len(classifiers) < 2:
            return _SPELLINGS[text.lower()]
    raise NoLicence(
        f"{name} tells no licence that can be read: read its licence file, and say what it is in"
        " READ_BY_HAND of scripts/keeping/licences.py"
    )


def needed_by(project: str) -> frozenset[str]:
    """Every package that another needs, at whatever depth, on any system and Python that is used."""
    found: set[str] = set()
    waiting: list[tuple[str, frozenset[str]]] = [(project, frozenset())]
    while waiting:
        name, extras = waiting.pop()
        for requirement in _requirements(name):
            if not _applies(requirement, extras):
                continue
            other = canonicalize_name(requirement.name)
            if other not in found and _is_installed(other):
                found.add(other)
                waiting.append((other, frozenset(requirement.extras)))
    return frozenset(found)


def _requirements(name: str) -> Iterator[Requirement]:
    for line in metadata.requires(name) or ():
        yield Requirement(line)


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _applies(requirement: Requirement, extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate(
            {
                "extra": extra,
                "sys_platform": platform,
                "platform_system": system,
                "python_version": python,
                "python_full_version": f"{python}.9",
            }
        )
        for extra in (*extras, "")
        for platform, system in _SYSTEMS
        for python in _PYTHONS
    )


def surprises(found: Iterable[Package], exceptions: Mapping[str, str]) -> list[str]:
    """Run-time packages whose licence nobody has agreed to."""
    return [
        f"{one.name}: {one.licence}"
        for one in found
        if one.at_run_time
        and one.licence not in PERMISSIVE
        and exceptions.get(one.name) != one.licence
    ]


def page(found: Iterable[Package]) -> str:
    """The page, whole."""
    tables: dict[bool, list[str]] = {True: [], False: []}
    for one in found:
        versions = " or ".join(one.versions)
        tables[one.at_run_time].append(f"| `{one.name}` | {versions} | {one.licence} |")
    template = (Path(__file__).parent / "licences.md.template").read_text(encoding="utf-8")
    return template.format(run_time="\n".join(tables[True]), others="\n".join(tables[False]))


def main() -> int:
    """Writes the page; the exit code is 1 where a licence is one that nobody has agreed to."""
    try:
        found = packages((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    except NoLicence as error:
        sys.stderr.write(f"{error}\n")
        return 2
    PAGE.write_text(page(found), encoding="utf-8")
    strange = surprises(found, FILE_COPYLEFT)
    for line in strange:
        sys.stderr.write(
            f"{line}: a run-time licence that nobody has agreed to; ask, then say so in"
        )
        sys.stderr.write(" PERMISSIVE or FILE_COPYLEFT of scripts/keeping/licences.py\n")
    return 1 if strange else 0


if __name__ == "__main__":
    sys.exit(main())
