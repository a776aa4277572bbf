"""What the terminal is told of entries, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpl_registry.outputs.campaign_told import entry_campaigns_told, running_campaigns_told
from cpl_registry.outputs.incident_words import touches
from cpl_registry.records.delivery import moment_text
from cpl_registry.records.device_model import Certificate, Change, HistoryLine, Value
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.delivery import Reason
from cpl_registry.state.journey import Stage, journey
from cpl_registry.state.publication import Published, PublishedState

_STAGE = {
    Stage.SUBMITTED: "waits to be listed",
    Stage.NOT_DELIVERABLE: "not in the extract",
    Stage.DELIVERABLE: "in the extract, not delivered yet",
    Stage.DELIVERED: "delivered, not acknowledged as loaded",
    Stage.LOADED: "loaded",
    Stage.REJECTED: "delivered, and rejected by the DCC",
    Stage.HELD: "held, not in the extract",
    Stage.AMENDMENT_HELD: "amendment held; its standing row is in the extract",
}


def list_told(chosen: Sequence[Published], state: PublishedState) -> str:
    """Entries one a line, then their numbers."""
    if not chosen:
        return f"No entries on {state.on}.\n"
    width = max(len(one.entry_id) for one in chosen)
    lines = [
        f"{one.entry_id:<{width}}  {one.status or 'Submitted' if one.waiting_since else one.status or 'Closed':<9}"
        f"  {_STAGE[journey(one, state.sent).stage]}"
        for one in chosen
    ]
    active = sum(one.standing.active for one in chosen)
    held = sum(one.held for one in chosen)
    waiting = sum(one.waiting_since is not None for one in chosen)
    lines.append(
        f"\nOn {state.on}: {len(chosen)} {'entry' if len(chosen) == 1 else 'entries'}, {active} Active, {held} held, {waiting} waiting to be listed"
    )
    lines += running_campaigns_told(chosen, state)
    return "\n".join(lines) + "\n"


def entry_told(one: Published, state: PublishedState) -> str:
    """One entry: identity, status, certificates and where it stands on its way to the DCC."""
    entry = one.entry
    maker = state.register.manufacturers.get(entry.manufacturer)
    specification = entry.technical_specification
    facts = [
        ("Device Model", _model(one)),
        ("Manufacturer", shown(maker.name if maker else entry.manufacturer, 80)),
        (
            "Specification",
            f"{specification.name} {specification.version}, GBCS {entry.gbcs_version}",
        ),
        ("Status", _status(one)),
        *(("DCC", line) for line in _delivery(one, state)),
        *(
            ("Incident", f"{touch.reference}, {shown(touch.title, 120)}: {touch.words}")
            for touch in touches(one.entry_id, state)
        ),
        *(("Campaign", line) for line in entry_campaigns_told(one, state)),
        *(("Certificate", _certificate(certificate)) for certificate in entry.certificates()),
        ("File", entry.path),
    ]
    lines = [f"{one.entry_id} on {state.on}"]
    lines += [f"  {label + ':':<15} {text}" for label, text in facts]
    return "\n".join(lines) + "\n"


def _model(one: Published) -> str:
    text = one.entry.text
    hardware = f"{text('hardware_version')}{text('hardware_revision')}"
    return (
        f"{text('device_type')} {text('manufacturer_identifier')} {text('model_identifier')}"
        f" {hardware} {text('firmware_version')}"
    )


def _status(one: Published) -> str:
    if one.waiting_since:
        return f"submitted on {one.waiting_since}, not listed"
    if one.status is None:
        return f"submission closed on {one.standing.since}"
    line = one.standing.line
    cause = f": {line.cause}, {line.reference}" if line and line.cause else ""
    return f"{one.status} since {one.standing.since}{cause}"


def _delivery(one: Published, state: PublishedState) -> Iterator[str]:
    way = journey(one, state.sent)
    hold = one.delivery.hold if one.delivery else None
    if hold is None:
        yield _STAGE[way.stage]
    else:
        causes = ", ".join(f"{cause.field} {cause.value}" for cause in hold.causes)
        refuses = hold.reason is Reason.REFUSES_AMENDMENT
        why = "refuses the amendment of" if refuses else "does not recognise"
        yield f"{_STAGE[way.stage]} since {hold.since}: the DSP {why} {causes}"
    if way.delivered is not None:
        yield f"this row was delivered with {way.delivered.serial}"
    if way.loaded is not None:
        which = "this row" if way.loaded_now else "an earlier row"
        yield f"{which} was loaded at {moment_text(way.loaded.at)} ({way.loaded.serial})"
    if way.rejected is not None:
        reason = shown(way.rejected.reason or "no reason given", 120)
        yield f"rejected at {moment_text(way.rejected.at)} ({way.rejected.serial}): {reason}"


def _certificate(certificate: Certificate) -> str:
    end = ""
    if certificate.expires:
        end = f", expires {certificate.expires}"
    elif certificate.renewal_due:
        end = f", renewal due {certificate.renewal_due}"
    return f"{certificate.scheme} {shown(certificate.number or '', 60)}, issued {certificate.issued}{end}"


def history_told(one: Published, state: PublishedState) -> str:
    """The history of an entry as its file tells it up to the day, oldest first."""
    lines = [f"{one.entry_id} up to {state.on}", "", "In the file (oldest first)"]
    for line in one.entry.history:
        lines.append(f"  {line.day}  {_event(line)}")
        lines += [f"              {_change(change)}" for change in line.changed]
        if line.reason:
            lines.append(f"              {shown(line.reason, 200)}")
    return "\n".join(lines) + "\n"


def _event(line: HistoryLine) -> str:
    parts = [str(line.event)]
    if line.by:
        parts.append(f"by {line.by}")
    if line.status:
        parts.append(f"as {line.status} ({line.cause})")
    if line.replaced_by:
        parts.append(f"replaced by {line.replaced_by}")
    if line.reference:
        parts.append(f"under {shown(line.reference, 60)}")
    return " ".join(parts)


def _change(change: Change) -> str:
    return f"{change.path}: {_said(change.before)} -> {_said(change.after)}"


def _said(value: Value | None) -> str:
    if value is None:
        return "(nothing)"
    return shown(value if isinstance(value, str) else ", ".join(value), 120)
