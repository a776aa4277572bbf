"""5xx: entries against each other, and the reference files against the entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cpl_registry.records.device_model import Entry, EntryId
from cpl_registry.records.documents import SINGLE_FILES, Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.near_ids import near_reference
from cpl_registry.records.register import REQUIRED, Register
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


@rule("CPL507", scope=Scope.REGISTER, source=_SECTION)
def code_has_one_owner(register: Register) -> Iterator[Problem]:
    """A Zigbee code belongs to one manufacturer.

    Why: with two owners nobody could say who may submit under the code.
    Fix: leave the code with the manufacturer to which it is assigned.
    """
    owners: dict[str, str] = {}
    for maker in register.manufacturers.values():
        for index, code in enumerate(maker.zigbee_codes):
            owner = owners.setdefault(code, maker.slug)
            if owner != maker.slug:
                yield Problem(
                    path="cpl/reference/manufacturers.yaml",
                    at=f"/{maker.slug}/zigbee_codes/{index}",
                    message=f"code {code} belongs to {owner}",
                    fix="leave the code with one manufacturer",
                )


@rule("CPL508", scope=Scope.REGISTER, source=_SECTION)
def white_label_is_of_a_manufacturer(register: Register) -> Iterator[Problem]:
    """A white label is of a manufacturer that the register knows.

    Why: the word lets two makers share an image hash; it must name one of them.
    Fix: use a slug of cpl/reference/manufacturers.yaml.
    """
    for maker in register.manufacturers.values():
        for index, other in enumerate(maker.white_label_of):
            if other not in register.manufacturers or other == maker.slug:
                yield Problem(
                    path="cpl/reference/manufacturers.yaml",
                    at=f"/{maker.slug}/white_label_of/{index}",
                    message=f"white_label_of names {shown(other)}, which is no other manufacturer",
                    fix="use the slug of another manufacturer",
                )


@rule("CPL509", scope=Scope.REGISTER, severity=Severity.WARNING, source=_SECTION)
def references_lead_somewhere(register: Register) -> Iterator[Problem]:
    """The reference of a removal, correction or reinstatement names a decision or a campaign.

    Why: a grave act must be traceable to the paper that decided it.
    Fix: add the decision under cpl/panel/decisions/, or correct the reference.
    """
    for entry in register.citing:
        for index, line in enumerate(entry.history):
            if line.event in _GRAVE and line.reference and line.reference not in register.panel:
                yield Problem(
                    path=entry.path,
                    at=f"/history/{index}/reference",
                    message=f"{shown(line.reference)} names no decision and no campaign",
                    fix=f"add cpl/panel/decisions/{shown(line.reference)}.yaml"
                    + near_reference(line.reference, register.panel),
                )


_GRAVE = frozenset({"corrected", "removed", "reinstated"})


@rule("CPL510", scope=Scope.REGISTER, source=_SECTION)
def replacement_is_there(register: Register) -> Iterator[Problem]:
    """An entry that was entered in error is replaced by an entry that is in the register.

    Why: whoever finds the wrong key must be led to the right one, in the same delivery.
    Fix: correct replaced_by, or add the right entry in the same submission.
    """
    for entry in register.by_id.values():
        for index, line in enumerate(entry.history):
            if line.replaced_by and (
                line.replaced_by == entry.entry_id or not register.has(line.replaced_by)
            ):
                yield Problem(
                    path=entry.path,
                    at=f"/history/{index}/replaced_by",
                    message=f"replaced_by names no other entry: {line.replaced_by}",
                    fix="correct the entry id, or add the right entry",
                )


@rule("CPL511", scope=Scope.REGISTER, source=_SECTION)
def reference_files_are_there(register: Register) -> Iterator[Problem]:
    """The reference files that every judgement needs are there.

    Why: without them no entry can be judged, and an unjudged register is not published.
    Fix: add the file; `cpl init` writes one of each.
    """
    for path, kind in SINGLE_FILES.items():
        if kind in REQUIRED and kind in register.missing:
            yield Problem(path=path, message="the file is missing", fix="take it from `cpl init`")


RULES = (
    one_file_a_device_model,
    image_hash_stands_once,
    image_hash_is_of_one_manufacturer,
    upgrades_from_entries_that_are_there,
    upgrades_are_of_one_product,
    upgrades_run_forward,
    code_has_one_owner,
    white_label_is_of_a_manufacturer,
    references_lead_somewhere,
    replacement_is_there,
    reference_files_are_there,
)
