"""501 to 506: entries against each other: one file a Device Model, image hashes, upgrades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cpl_registry.records.device_model import Entry, EntryId
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.identity_rules import contradiction
from cpl_registry.rules.rule import Scope, rule

_SECTION = "Contract, section 2"
_FIR = "MP231: CPL Entry ID of earlier upgradable firmware"
_IMAGE = "manufacturer_image.sha256"
_UPGRADES = "/manufacturer_image/upgrades_from"


@rule("CPL501", scope=Scope.REGISTER, source=_SECTION)
def one_file_a_device_model(register: Register) -> Iterator[Problem]:
    """A Device Model has one file.

    Why: of two files of one key nobody could say which one is listed.
    Fix: keep the file at the path that follows from the key.
    """
    files: dict[EntryId, list[Entry]] = defaultdict(list)
    for entry in register.entries:
        files[entry.entry_id].append(entry)
    for same in files.values():
        if len(same) > 1:
            for entry in [one for one in same if not one.in_place] or same:
                others = ", ".join(shown(other.path, 120) for other in same if other is not entry)
                message = f"the same Device Model is in another file: {others}"
                at = "device_type" if entry.in_place else contradiction(entry)[0]
                yield Problem(path=entry.path, at=at, message=message, fix="keep one file")


@rule("CPL502", scope=Scope.REGISTER, severity=Severity.NOTICE, source=_SECTION)
def image_hash_stands_once(register: Register) -> Iterator[Problem]:
    """The hash of a Manufacturer Image stands at one Device Model.

    Why: one image may serve several hardware versions of a maker, and a hash may be a copy left
        standing; only a person can tell.
    Fix: check that the image is meant for this hardware as well.
    """
    for same in _by_hash(register):
        for entry in same:
            other = next(
                (
                    one
                    for one in same
                    if one.manufacturer == entry.manufacturer and one is not entry
                ),
                None,
            )
            if other is not None:
                message = f"this image hash stands at {other.entry_id} too"
                yield Problem(path=entry.path, at=_IMAGE, message=message, fix="check the hash")


@rule("CPL503", scope=Scope.REGISTER, source=_SECTION, needs=(Kind.MANUFACTURERS,))
def image_hash_is_of_one_manufacturer(register: Register) -> Iterator[Problem]:
    """The hash of a Manufacturer Image is of one manufacturer, or of one that is its white label.

    Why: an image of somebody else is not what this maker's device will activate.
    Fix: correct the hash, or have an administrator record white_label_of for the maker.
    """
    for same in _by_hash(register):
        first: dict[str, Entry] = {}
        for entry in same:
            first.setdefault(entry.manufacturer, entry)
        for entry in same:
            for other in first.values():
                # Whoever came first had the hash rightly, as far as anybody knows.
                earlier = other.history[0].day <= entry.history[0].day
                if earlier and not _related(entry, other, register):
                    message = (
                        f"this image hash is listed for {other.manufacturer}: {other.entry_id}"
                    )
                    yield Problem(
                        path=entry.path, at=_IMAGE, message=message, fix="correct the hash"
                    )
                    break


def _by_hash(register: Register) -> list[list[Entry]]:
    """Entries of one hash, oldest first; one whose file is out of place may be somebody else's."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in register.by_id.values():
        if entry.image_hash is not None and entry.in_place:
            found[entry.image_hash].append(entry)
    several = (same for same in found.values() if len(same) > 1)
    return [sorted(same, key=lambda one: one.history[0].day) for same in several]


def _related(one: Entry, other: Entry, register: Register) -> bool:
    makers = register.manufacturers
    mine, theirs = makers.get(one.manufacturer), makers.get(other.manufacturer)
    return bool(
        one.manufacturer == other.manufacturer
        or (mine and other.manufacturer in mine.white_label_of)
        or (theirs and one.manufacturer in theirs.white_label_of)
    )


@rule("CPL504", scope=Scope.REGISTER, source=_FIR)
def upgrades_from_entries_that_are_there(register: Register) -> Iterator[Problem]:
    """Firmware upgrades from entries that are in the register.

    Why: a supplier follows the link to plan an upgrade; it must lead somewhere.
    Fix: correct the entry id, or write not-applicable.
    """
    for entry in register.by_id.values():
        for index, earlier in enumerate(entry.upgrades_from):
            if not register.has(earlier):
                yield Problem(
                    path=entry.path,
                    at=f"{_UPGRADES}/{index}",
                    message=f"no such entry: {shown(earlier, 60)}",
                    fix="correct the entry id",
                )


@rule("CPL505", scope=Scope.REGISTER, source=_FIR)
def upgrades_are_of_one_product(register: Register) -> Iterator[Problem]:
    """Firmware upgrades from firmware of the same product.

    Why: an image for another type, maker or model does not run on the device.
    Fix: name entries of the same device type, manufacturer and model.
    """
    for entry in register.by_id.values():
        for index, earlier_id in enumerate(entry.upgrades_from):
            earlier = register.by_id.get(earlier_id)
            if earlier is None or not (earlier.in_place and entry.in_place):
                continue
            mine, theirs = entry.fields, earlier.fields
            what = next((words for one, words in _PRODUCT if mine[one] != theirs[one]), None)
            if what is not None or earlier is entry:
                message = f"upgrades_from names {what or 'the entry itself'}: {earlier_id}"
                yield Problem(
                    path=entry.path,
                    at=f"{_UPGRADES}/{index}",
                    message=message,
                    fix="name an earlier firmware of the same product",
                )


_PRODUCT = (
    ("device_type", "another device type"),
    ("manufacturer", "another manufacturer's entry"),
    ("manufacturer_identifier", "another manufacturer's entry"),
    ("model_identifier", "another model"),
)


@rule("CPL506", scope=Scope.REGISTER, source=_FIR)
def upgrades_run_forward(register: Register) -> Iterator[Problem]:
    """Upgrades never run in a circle.

    Why: firmware that is its own predecessor has no order in which it can be installed.
    Fix: remove the link that points back.
    """
    depth: dict[EntryId, int] = {}  # 1: on the path that is being walked, 2: done
    upgrades = {one.entry_id: one.upgrades_from for one in register.by_id.values()}
    linked = {entry_id: links for entry_id, links in upgrades.items() if links}
    for start in linked:
        stack: list[tuple[EntryId, int]] = [(start, 0)]
        while stack:
            here, index = stack.pop()
            links = linked[here]
            if index == 0:
                if depth.get(here):
                    continue
                depth[here] = 1
            if index < len(links):
                stack.append((here, index + 1))
                if depth.get(links[index]) == 1 and links[index] != here:
                    yield Problem(
                        path=register.by_id[here].path,
                        at=f"{_UPGRADES}/{index}",
                        message=f"upgrades_from runs in a circle through {links[index]}",
                        fix="remove the link that points back",
                    )
                elif links[index] != here and links[index] in linked:
                    stack.append((links[index], 0))
            else:
                depth[here] = 2


RULES = (
    one_file_a_device_model,
    image_hash_stands_once,
    image_hash_is_of_one_manufacturer,
    upgrades_from_entries_that_are_there,
    upgrades_are_of_one_product,
    upgrades_run_forward,
)
