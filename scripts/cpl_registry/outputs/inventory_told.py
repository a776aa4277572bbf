"""Verdicts on an inventory in words: a line a device, and the sum of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from cpl_registry.outputs.wording import CAUSES, counted, field_name, hold_cause
from cpl_registry.records.days import london_day
from cpl_registry.records.device_model import Certificate
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.inventory_check import Difference, Verdict
from cpl_registry.state.inventory_listing import Listing
from cpl_registry.state.inventory_state import State
from cpl_registry.state.newer_firmware import Firmware
from cpl_registry.state.publication import PublishedState

FIELD_WORDS: Mapping[str, str] = {
    "cpl_status": "CPL status",
    "firmware_status": "firmware status",
    "specification_version": "specification version",
    "gbcs_version": "GBCS version",
    "esme_variant": "ESME variant",
}
STATE_WORDS: Mapping[State, str] = {
    State.LOADED: "on the list, loaded by the DCC",
    State.DELIVERED: "on the list, delivered and not yet acknowledged",
    State.AWAITING: "on the list, awaiting delivery",
    State.REJECTED: "on the list, rejected by the DCC",
    State.HELD: "on the list, held",
    State.AMENDMENT_HELD: "on the list, amendment held",
    State.SUBSTITUTED: "on the list, sent with a substituted value",
    State.SUBMITTED: "submitted only",
    State.CLOSED: "submission closed",
    State.REMOVED: "removed",
    State.NOT_LISTED: "not on the list",
    State.TYPE_2: "Type 2, not on this list",
    State.SMETS1: "SMETS1, on another list",
    State.NOT_UNDERSTOOD: "not understood",
}


def report_text(verdicts: Sequence[Verdict], state: PublishedState) -> str:
    """A line a device in the order of the inventory, then how many of each."""
    ids = max(len(_id(one)) for one in verdicts)
    places = max(len(one.device.place) for one in verdicts)
    lines = [
        f"{one.device.place:<{places}}  {_id(one):<{ids}}  {model_told(one)}: {told(one, state.on)}"
        for one in verdicts
    ]
    return "\n".join([*lines, "", *summary_lines(verdicts, state)]) + "\n"


def _id(verdict: Verdict) -> str:
    return shown(verdict.device.device_id) or "(no id)"


def summary_lines(verdicts: Sequence[Verdict], state: PublishedState) -> Iterator[str]:
    """How many devices, how many of them on the list, how many in each state."""
    active = sum(one.active for one in verdicts)
    differs = sum(one.status_differs for one in verdicts)
    yield (
        f"On {state.on}: {counted(len(verdicts), 'device')}, {active} on the list as Active,"
        f" {len(verdicts) - active} not, {differs} with another status in the inventory"
    )
    states = Counter(one.state for one in verdicts)
    for one in State:
        if states[one]:
            yield f"{states[one]:>6}  {STATE_WORDS[one]}"
    if state.sent.last is None:
        yield "This register records no delivery to the DCC yet."
    if state.illustrative:
        yield "This register is a demonstration, with manufacturers that are made up."


def model_told(verdict: Verdict) -> str:
    """The Device Model as it was read, and how it was given where that is not the same."""
    device, model = verdict.device, verdict.model
    texts = (device.device_type, device.manufacturer, device.device_model, device.firmware_version)
    given = " ".join(shown(text) or "-" for text in texts)
    if model is None:
        return given
    hardware = f"{model.model_identifier}{model.hardware_version}{model.hardware_revision}"
    read = (
        f"{device.device_type.upper()} {model.manufacturer_identifier} {hardware}"
        f" {model.firmware_version}"
    )
    return read if read == given else f"{read} (given as {given})"


def told(verdict: Verdict, on: date) -> str:
    """The verdict on one device and all that goes with it, in clauses. It begins with a word."""
    listing = verdict.listing
    clauses = [*_verdict_clauses(verdict), *map(difference_told, verdict.differences)]
    clauses += verdict.notes
    if listing is not None and verdict.state is not State.SMETS1:
        clauses += [certificate_told(one, on) for one in listing.ending]
        clauses += _firmware_clauses(listing)
    return "; ".join(clauses)


def _verdict_clauses(verdict: Verdict) -> Iterator[str]:
    listing = verdict.listing
    if verdict.state is State.NOT_UNDERSTOOD:
        yield f"not understood: {verdict.reason}"
    elif verdict.state is State.TYPE_2:
        yield "not on this list: a Type 2 device"
    elif verdict.state is State.SMETS1:
        version = shown(verdict.device.specification_version)
        yield f"not on this list: {version} is SMETS1, whose Device Models are on another list"
        if listing is not None:
            ours = listing.entry.entry.technical_specification
            yield f"this list has the same key as {ours.name} {ours.version}"
    elif listing is None:
        yield "not on the list"
    elif verdict.active:
        yield f"on the list, Active since {listing.entry.standing.since}"
        yield from _way_told(listing)
    else:
        yield f"not on the list: {_absence_told(listing)}"
        if listing.loaded is not None:
            yield "the DCC has not acknowledged its removal"


def _absence_told(listing: Listing) -> str:
    one = listing.entry
    if listing.state is State.SUBMITTED:
        return f"submitted on {one.waiting_since}, not accepted yet"
    if listing.state is State.CLOSED:
        return f"its submission was closed on {one.standing.since}"
    line = one.standing.line
    because = f" because {CAUSES.get(line.cause, line.cause)}" if line and line.cause else ""
    under = f" ({line.reference})" if line and line.reference else ""
    after = f", replaced by {line.replaced_by}" if line and line.replaced_by else ""
    return f"removed on {one.standing.since}, status {one.status}{because}{under}{after}"


def _way_told(listing: Listing) -> Iterator[str]:
    """How far the row of an Active entry has come."""
    delivery, loaded, sent = listing.entry.delivery, listing.loaded, listing.sent_with
    hold = delivery.hold if delivery else None
    if listing.state is State.LOADED and loaded is not None:
        yield f"loaded by the DCC on {london_day(loaded.at)} ({loaded.serial})"
    elif listing.state is State.DELIVERED and sent is not None:
        yield f"delivered on {sent.on} ({sent.serial}), not yet acknowledged"
    elif listing.state is State.REJECTED and listing.rejection is not None:
        refused = listing.rejection
        why = f": {shown(refused.reason, 120)}" if refused.reason else ""
        yield f"rejected by the DCC on {london_day(refused.at)} ({refused.serial}){why}"
    elif hold is not None and delivery is not None:
        what, stands = "held", ""
        if delivery.misstated:
            what = "true values held"
            for one in delivery.misstated:
                name = field_name(one.field)
                yield f"sent with {name} {one.sent} in place of {one.value} ({one.decision})"
        elif listing.state is State.AMENDMENT_HELD:
            what = "amendment held"
            stands = f", and the row of {delivery.stands_from} stands"
        yield f"{what} since {hold.since}: {hold_cause(hold, 'the DSP')}{stands}"
    else:
        yield "awaiting delivery"
    if loaded is not None and listing.state is not State.LOADED:
        which = "the row that it is sent" if listing.holds_row else "an earlier row"
        yield f"the DCC holds {which}, loaded on {london_day(loaded.at)}"


def difference_told(one: Difference) -> str:
    """`CPL status Expired in the inventory, Active here`."""
    given = shown(one.inventory)
    return f"{FIELD_WORDS[one.field]} {given} in the inventory, {one.listed or 'none'} here"


def certificate_told(one: Certificate, on: date) -> str:
    """A certificate that ended or ends soon. A renewal that is due is not an end."""
    number = f" {shown(one.number, 60)}" if one.number else ""
    ended = one.ends is not None and one.ends < on
    if one.expires is not None:
        return f"{one.scheme} Certificate{number} {'expired' if ended else 'expires'} {one.expires}"
    return f"{one.scheme} Certificate{number} {'was' if ended else 'is'} due for renewal {one.ends}"


def _firmware_clauses(listing: Listing) -> Iterator[str]:
    absent = "upgrade recorded only by way of firmware that is not on the list"
    for lead, found in (
        (
            "newer firmware, upgrade recorded",
            [one for one in listing.newer if one.recorded and not one.through_absent],
        ),
        (f"newer firmware, {absent}", [one for one in listing.newer if one.through_absent]),
        (
            "other firmware listed later, no upgrade recorded",
            [one for one in listing.newer if not one.recorded],
        ),
    ):
        if found:
            yield f"{lead}: {', '.join(map(_firmware, found))}"


def _firmware(one: Firmware) -> str:
    words = STATE_WORDS[one.state].removeprefix("on the list, ")
    return f"{one.entry.entry.text('firmware_version')} ({words})"
