"""71x: deliveries and answers, each linked to the one before, and kept as they were sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import (
    WHOLE_FILE,
    Acknowledgement,
    DeliveryFile,
    DeltaKind,
    Row,
    moment_text,
)
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem
from cpl_registry.records.register import Register
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.rule import Scope, rule
from cpl_registry.state.sent import rows_after

_NEEDS = (Kind.DELIVERY,)
_CHAIN = "Contract, section 4: the chain of deliveries"
_UNTOUCHED = "bring the file back as it was committed: a delivery is never edited"


def _path(delivery: DeliveryFile) -> str:
    return f"cpl/dcc/deliveries/{delivery.serial}.yaml"


def _answer_path(answer: Acknowledgement) -> str:
    name = answer.serial if answer.answer == 1 else f"{answer.serial}-{answer.answer}"
    return f"cpl/dcc/acknowledgements/{name}.yaml"


@rule("CPL711", scope=Scope.REGISTER, source=_CHAIN, needs=_NEEDS)
def deliveries_form_a_chain(register: Register) -> Iterator[Problem]:
    """Each delivery names the one before it and the digest of its file, and time does not go back.

    Why: with an unbroken chain nobody can take a delivery out, exchange it or send an old one again.
    Fix: bring the delivery files back as they were; a new delivery is made by `cpl release`.
    """
    before: DeliveryFile | None = None
    for one in register.deliveries:
        at, message = _broken(one, before)
        if message:
            yield Problem(path=_path(one), at=at, message=message, fix=_UNTOUCHED)
        before = one


def _broken(one: DeliveryFile, before: DeliveryFile | None) -> tuple[str, str]:
    """Where and how a link is broken; no message where it holds."""
    found = ("", "")
    if before is None:
        if one.based_on is not None:
            found = ("/based_on", f"the delivery before, {one.based_on}, is missing")
    elif one.is_baseline:
        found = ("/kind", "a baseline is the first of all deliveries")
    elif one.based_on != before.serial:
        named = one.based_on or "none"
        found = ("/based_on", f"the delivery before is {before.serial}, the file names {named}")
    elif one.previous != before.own_digest:
        found = ("/previous", f"the file of {before.serial} has another digest: it was changed")
    elif one.on < before.on or one.sent_at < before.sent_at:
        found = ("/sent_at", f"it was sent before {before.serial}, on which it is based")
    return found


@rule("CPL712", scope=Scope.REGISTER, source=_CHAIN, needs=_NEEDS)
def delta_leads_to_extract(register: Register) -> Iterator[Problem]:
    """The rows of a delivery lead from the extract before to the extract that was sent.

    Why: what was sent on any day is worked out from these rows; a wrong one would falsify it.
    Fix: bring the delivery files back as they were.
    """
    rows: dict[EntryId, Row] = {}
    for one in register.deliveries:
        bad = _impossible(one, rows)
        rows = rows_after(rows, one)
        digest = sha256(csv_bytes(one.header, rows.values())).hexdigest()
        if bad is not None:
            message = f"a row is told as {one.delta[bad].change} that cannot be"
            yield Problem(path=_path(one), at=f"/delta/{bad}", message=message, fix=_UNTOUCHED)
        elif digest != one.extract_sha256 or len(rows) != one.extract_rows:
            message = "the rows do not lead to the extract whose digest the file names"
            yield Problem(path=_path(one), at="/extract", message=message, fix=_UNTOUCHED)


def _impossible(one: DeliveryFile, rows: Mapping[EntryId, Row]) -> int | None:
    for index, delta in enumerate(one.delta):
        before = rows.get(delta.entry_id)
        shaped = len(delta.cells) == len(one.header) and delta.cells[0] == delta.entry_id
        possible = {
            DeltaKind.ADDED: before is None,
            DeltaKind.CHANGED: before is not None and before != delta.cells,
            DeltaKind.REMOVED: before == delta.cells,
        }
        if not (shaped and possible[delta.change]):
            return index
    return None


@rule("CPL713", scope=Scope.REGISTER, source=_CHAIN, needs=_NEEDS)
def answers_are_to_deliveries(register: Register) -> Iterator[Problem]:
    """An answer is to a delivery that was sent, and to rows that it holds or removes.

    Why: an answer to something else would call a row loaded that is not.
    Fix: check the serial and the entry ids with the DCC.
    """
    extracts: dict[str, frozenset[EntryId]] = {}
    rows: dict[EntryId, Row] = {}
    for delivery in register.deliveries:
        before = rows
        rows = rows_after(rows, delivery)
        extracts[delivery.serial] = frozenset(rows) | frozenset(before)
    for answer in register.acknowledgements:
        path = _answer_path(answer)
        known = extracts.get(answer.serial)
        if known is None:
            message = f"there is no delivery {answer.serial}"
            yield Problem(path=path, at="/serial", message=message, fix="check the serial")
            continue
        for index, result in enumerate(answer.results):
            if result.entry_id != WHOLE_FILE and EntryId(result.entry_id) not in known:
                message = f"the delivery neither holds nor removes {result.entry_id}"
                yield Problem(
                    path=path, at=f"/results/{index}/entry_id", message=message, fix="check the id"
                )


@rule(
    "CPL714",
    scope=Scope.REGISTER,
    source="SECP_56x_2205_01, Option B",
    needs=(Kind.DECISION,),
)
def substitution_has_a_decision(register: Register) -> Iterator[Problem]:
    """A substitution has an end, names its values and cites a published decision.

    Why: it writes something else than the entry says into a register of record; only the Panel can
        allow that, for a time.
    Fix: give the step an end, substitutions and the decision; without one nothing is substituted.
    """
    for index, step in enumerate(register.policy):
        if step.policy != "substitute":
            continue
        lacks = [
            word
            for word, there in (
                ("end", step.end),
                ("substitutions", step.substitutions),
                ("decision", step.decision),
            )
            if not there
        ]
        if lacks:
            message = f"a substitution needs {' and '.join(lacks)}"
        elif step.decision not in register.decisions:
            message = f"{step.decision} names no published decision: nothing is substituted"
        elif step.end is not None and step.end < step.start:
            message = "the substitution ends before it starts"
        else:
            continue
        yield Problem(
            path="cpl/dcc/delivery-policy.yaml",
            at=f"/{index}",
            message=message,
            fix="take the step out, or bring the decision under cpl/panel/decisions/",
        )


@rule("CPL715", scope=Scope.REGISTER, source="cpl/dcc/extract-profile.yaml; docs/dcc/columns.md")
def layout_is_that_of_the_last_delivery(register: Register) -> Iterator[Problem]:
    """The layout of the extract has the columns of the last delivery.

    Why: the DCC loads by these columns, and a delta between two layouts says nothing; the columns
        are frozen for as long as a chain of deliveries goes on.
    Fix: bring the columns back. A new layout is agreed with the DCC and begins a chain of its own.
    """
    header = register.extract_profile.header
    if register.deliveries and register.deliveries[-1].header != header:
        yield Problem(
            path="cpl/dcc/extract-profile.yaml",
            at="/columns",
            message=f"the columns are not those of the delivery {register.deliveries[-1].serial}",
            fix="bring the columns back; a new layout begins a new chain",
        )


@rule("CPL716", scope=Scope.CHANGE, source=_CHAIN)
def sent_deliveries_stay(change: Submission) -> Iterator[Problem]:
    """The file of a delivery, or of an answer to one, is never edited or deleted.

    Why: it tells what the DCC was sent and what it holds; and of the last delivery nothing else in
        the register would show that it was another, or that there was one.
    Fix: bring the file back as it was; what was sent is put right by the next delivery.
    """
    kept = [_path(one) for one in change.base.deliveries]
    kept += [_answer_path(one) for one in change.base.acknowledgements]
    for path in sorted(kept):
        if path in change.deleted:
            message = "what was sent or answered is never deleted or moved"
        elif path in change.touched:
            message = "what was sent or answered is never edited, not even a comment"
        else:
            continue
        yield Problem(path=path, message=message, fix="bring the file back as it was")


@rule("CPL717", scope=Scope.REGISTER, source="Contract, section 3: cpl acknowledge", needs=_NEEDS)
def answers_come_after_sending(register: Register) -> Iterator[Problem]:
    """An answer is dated no earlier than the sending of the delivery that it answers.

    Why: a row would count as loaded before it had left, and the 24 hours for loading as kept. Where
        one moment is too early, the others may be of another delivery or in local time too.
    Fix: check the serial and the moments with the DCC: `at` is in UTC, `sent_at` is in the manifest.
    """
    sent = {one.serial: one.sent_at for one in register.deliveries}
    for answer in register.acknowledgements:
        sent_at = sent.get(answer.serial)
        if sent_at is None:
            continue
        early = [index for index, one in enumerate(answer.results) if one.at < sent_at]
        if not early:
            continue
        # One clock that is wrong dates every row of a file: told once, at the first of them.
        at = moment_text(answer.results[early[0]].at)
        others = f" ({len(early)} results are too early)" if len(early) > 1 else ""
        sending = f"{answer.serial} was sent at {moment_text(sent_at)}"
        yield Problem(
            path=_answer_path(answer),
            at=f"/results/{early[0]}/at",
            message=f"the result is dated {at}, before {sending}{others}",
            fix="check the serial and the moments with the DCC: they are in UTC",
        )


RULES = (
    deliveries_form_a_chain,
    delta_leads_to_extract,
    answers_are_to_deliveries,
    substitution_has_a_decision,
    layout_is_that_of_the_last_delivery,
    sent_deliveries_stay,
    answers_come_after_sending,
)
