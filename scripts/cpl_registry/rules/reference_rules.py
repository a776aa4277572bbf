"""507 to 511: what is named is there: owners of codes, references, replacements, reference files."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.records.documents import SINGLE_FILES
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.near_ids import near_reference
from cpl_registry.records.register import REQUIRED, Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.rule import Scope, rule

_SECTION = "Contract, section 2"
_GRAVE = frozenset({"corrected", "removed", "reinstated"})


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
    code_has_one_owner,
    white_label_is_of_a_manufacturer,
    references_lead_somewhere,
    replacement_is_there,
    reference_files_are_there,
)
