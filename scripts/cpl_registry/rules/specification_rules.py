"""4xx: technical specifications, their versions and windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cpl_registry.records.device_model import Entry
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem
from cpl_registry.records.register import Register
from cpl_registry.records.specifications import GBCS, SpecificationBook, SpecificationVersion
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.likeness import VERSIONS, versions
from cpl_registry.rules.rule import Scope, rule
from cpl_registry.state.history import places_of_days, taken

_NAME, _VERSION, _GBCS = VERSIONS
_BOOK = "SEC Schedule 11 as recorded in cpl/reference/specifications.yaml"
_NEEDS = (Kind.SPECIFICATIONS,)


@rule("CPL401", scope=Scope.ENTRY, source=_BOOK, needs=(Kind.DEVICE_TYPES,), likeness=versions)
def family_fits_device_type(entry: Entry, register: Register) -> Iterator[Problem]:
    """The technical specification is of a family that goes with the device type.

    Why: a meter certified against a hub's specification is certified against nothing.
    Fix: name the family that cpl/reference/device-types.yaml gives the type.
    """
    name = entry.text(_NAME)
    device_type = register.device_types.get(entry.device_type)
    if device_type is not None and name not in device_type.specifications:
        families = ", ".join(device_type.specifications)
        message = f"technical specification {shown(name)} does not go with {entry.device_type}"
        if (
            name not in register.specifications.families
            and Kind.SPECIFICATIONS not in register.unread
        ):
            message = f"technical specification {shown(name)} is not known"
        yield Problem(
            message=message,
            at=_NAME,
            fix=f"{entry.device_type} goes with {families}",
            follows_from=("device_type",),
        )


@rule("CPL402", scope=Scope.ENTRY, source=_BOOK, needs=_NEEDS, likeness=versions)
def versions_are_known(entry: Entry, register: Register) -> Iterator[Problem]:
    """The versions of the technical specification and of GBCS exist.

    Why: a version that nobody designated cannot be certified against; it is usually a slip.
    Fix: correct the version; an administrator adds a new one to cpl/reference/specifications.yaml.
    """
    book = register.specifications
    if (
        entry.amended.isdisjoint(VERSIONS)
        and _found(entry, book)
        and entry.gbcs_version in book.gbcs
    ):
        return
    for one in taken(entry, _VERSION, _NAME):
        version, name = one.values[0] or "", one.values[1] or ""
        if name in book.families and version not in book.families[name]:
            yield _unknown(name, version, one.at, tuple(book.families[name]))
    for one in taken(entry, _GBCS):
        version = one.values[0] or ""
        if version not in book.gbcs:
            yield _unknown(GBCS, version, one.at, tuple(book.gbcs))


def _found(entry: Entry, book: SpecificationBook) -> SpecificationVersion | None:
    """The version of the technical specification that the entry names today."""
    return book.find(entry.text(_NAME), entry.text(_VERSION))


def _unknown(name: str, version: str, at: str, known: tuple[str, ...]) -> Problem:
    return Problem(
        message=f"{name} {shown(version)} is not known",
        at=at,
        fix=f"known versions of {name}: {', '.join(known)}",
        follows_from=(_NAME,),
    )


@rule("CPL403", scope=Scope.ENTRY, source=_BOOK, needs=_NEEDS, likeness=versions)
def versions_go_together(entry: Entry, register: Register) -> Iterator[Problem]:
    """The GBCS version goes with the version of the technical specification.

    Why: a specification version is designated for certain GBCS versions; another pair was never
        certified.
    Fix: correct the one that is wrong; an administrator records a new pair.
    """
    book = register.specifications
    if entry.amended.isdisjoint(VERSIONS):
        today = _found(entry, book)
        if today is None or entry.gbcs_version in today.gbcs_versions:
            return
    for one in taken(entry, _GBCS, _NAME, _VERSION):
        gbcs, name, version = one.values
        found = book.find(name or "", version or "")
        if found is not None and gbcs in book.gbcs and gbcs not in found.gbcs_versions:
            goes = ", ".join(found.gbcs_versions) or "no GBCS version"
            message = f"{name} {version} does not go with GBCS {gbcs}"
            yield Problem(
                message=message,
                at=one.at,
                fix=f"{name} {version} goes with GBCS {goes}",
                follows_from=(_NAME, _VERSION),
            )


@rule("CPL404", scope=Scope.ENTRY, source=_BOOK, needs=_NEEDS)
def versions_were_in_force(entry: Entry, register: Register) -> Iterator[Problem]:
    """Each version was in force on the day on which the entry took it.

    Why: systems downstream choose commands by the GBCS version, so a version that was not in force
        misstates what the device may do.
    Fix: name a version whose window covers the day, or submit new firmware.
    """
    book = register.specifications
    if entry.amended.isdisjoint(VERSIONS):
        day, first = entry.listed_on, entry.history[0].day
        today = (book.gbcs.get(entry.gbcs_version), _found(entry, book))
        if not any(_out_of_force(one, day, first) for one in today):
            return
    told = set()  # two versions out of force on one day have one cause: the day, or the first
    versions = [
        *((one, book.gbcs.get(one.values[0] or "")) for one in taken(entry, _GBCS)),
        *(
            (one, book.find(one.values[1] or "", one.values[0] or ""))
            for one in taken(entry, _VERSION, _NAME)
        ),
    ]
    for one, found in versions:
        message = _out_of_force(found, one.day, entry.history[0].day)
        if message and one.day not in told:
            told.add(one.day)
            yield Problem(
                message=message,
                at=one.at,
                fix="name a version in force on that day",
                follows_from=(*places_of_days(entry), _NAME),
            )


def _out_of_force(
    found: SpecificationVersion | None, day: date | None, submitted: date
) -> str | None:
    """A submission that is not listed yet may be early, but it may not name an ended version."""
    if found is None:
        return None
    last = found.installation_end
    taken_on = day or submitted
    if day is not None and day < found.start:
        return f"{found.family} {found.version} starts on {found.start}; the entry took it on {day}"
    if last is not None and last < taken_on:
        return f"{found.family} {found.version}: installation ended on {last}; the entry took it on {taken_on}"
    return None


RULES = (
    family_fits_device_type,
    versions_are_known,
    versions_go_together,
    versions_were_in_force,
)
