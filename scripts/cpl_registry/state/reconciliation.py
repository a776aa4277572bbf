"""Expected minus loaded: which rows of the last delivery the DCC has not acknowledged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cpl_registry.records.delivery import WHOLE_FILE, DeliveryFile, Row
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.extract_profile import ExtractProfile
from cpl_registry.state.dsp import SPECIFICATION, unrecognised_row
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.sent import extract_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciliation:
    """The last delivery against what the DCC acknowledged.

    `expected` counts its rows. `missing` are rows that are not loaded as they were sent, `rejected`
    those of them that the DCC refused. `lingering` are rows that the DCC holds and the last
    delivery lacks: a removal that it has not applied.
    """

    expected: int
    missing: tuple[EntryId, ...]
    rejected: tuple[EntryId, ...]
    lingering: tuple[EntryId, ...]

    @property
    def zero(self) -> bool:
        """Whether the DCC holds exactly what was sent."""
        return not (self.missing or self.lingering)


def reconciled(state: PublishedState) -> Reconciliation:
    """Expected minus loaded, as of the day."""
    sent = state.sent
    missing = tuple(
        entry_id
        for entry_id, row in sent.rows.items()
        if entry_id not in sent.loaded or sent.loaded[entry_id].row != row
    )
    return Reconciliation(
        expected=len(sent.rows),
        missing=missing,
        rejected=tuple(entry_id for entry_id in missing if entry_id in sent.rejected),
        lingering=tuple(sorted(entry_id for entry_id in sent.loaded if entry_id not in sent.rows)),
    )


def wrong_profile(state: PublishedState, delivery: DeliveryFile) -> Iterator[str]:
    """Rejections that the model of the DSP did not foresee: the profile is wrong.

    With each goes the step of `cpl/dcc/dsp-profile.yaml` that would mend it.
    """
    step = state.register.dsp.step_on(delivery.on)
    profile = state.register.extract_profile
    found = extract_of(state.sent, delivery.serial)
    rows: Mapping[EntryId, Row] = found[1] if found else {}
    taken = {_gbcs(loaded.row, profile) for loaded in state.sent.loaded.values()}
    answers = [one for one in state.register.acknowledgements if one.serial == delivery.serial]
    # A later answer takes the place of an earlier one.
    refusals = [result for result in answers[-1].results if not result.loaded] if answers else []
    for result in refusals:
        whole = result.entry_id == WHOLE_FILE
        what = "the whole file" if whole else result.entry_id
        refused = list(rows.values()) if whole else [rows.get(EntryId(result.entry_id), ())]
        if not all(row and not unrecognised_row(row, profile, step) for row in refused):
            continue
        # What the DCC has loaded before it knows; the rest is what it may have stumbled over.
        suspects = {_gbcs(row, profile) for row in refused} - (taken if whole else set())
        yield (
            f"the profile is wrong: the DSP rejected {what} ({result.reason or 'no reason given'}),"
            " and by the profile it recognises it"
        )
        yield from _mend(delivery, step, suspects)


def _gbcs(row: Row, profile: ExtractProfile) -> str:
    sources = [column.source for column in profile.columns]
    return row[sources.index("gbcs_version")] if "gbcs_version" in sources else ""


def _mend(delivery: DeliveryFile, step: Step | None, suspects: set[str]) -> Iterator[str]:
    known = step.values.get("gbcs_version", frozenset()) if step else frozenset()
    left = sorted(known - suspects)
    if not suspects or len(left) == len(known):
        yield "  its reason is not the GBCS version: ask the DCC which value it does not know"
        return
    yield f"  if it does not know GBCS {', '.join(sorted(suspects))}, add to cpl/dcc/dsp-profile.yaml:"
    yield f'  - start: "{delivery.on}"'
    yield from _listed("    gbcs_versions:", left)
    # A step replaces the one before it: what that one names besides must be named again.
    others = step.values if step else {}
    if "device_type" in others:
        yield from _listed("    device_types:", sorted(others["device_type"]))
    families = sorted(name for name in others if name.startswith(SPECIFICATION))
    if families:
        yield "    technical_specifications:"
    for name in families:
        yield from _listed(f"      {name.removeprefix(SPECIFICATION)}:", sorted(others[name]))
    yield f'    source: "answer to {delivery.serial}"'


def _listed(key: str, texts: list[str]) -> Iterator[str]:
    """A list of the profile under its key, indented as it is in the file."""
    yield key
    yield from (f'{" " * (len(key) - len(key.lstrip()))}  - "{text}"' for text in texts)
