"""What "Check my meter" says where the list has no entry to speak of, or was not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cpl_registry.outputs.verdicts import LEADS, TONES, Install, Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """An answer without an entry; `install` is None where nothing was looked up."""

    install: Install | None
    reason: str
    word: str
    sentence: str

    @property
    def tone(self) -> Tone:
        """The colour of the verdict."""
        return TONES[self.install]

    @property
    def installing(self) -> str:
        """The verdict in full, as of an entry."""
        return f"{LEADS[self.install]}: {self.reason}"


WITHOUT_ENTRY: Mapping[str, Word] = {
    "not-listed": Word(
        install=Install.NO,
        reason=(
            "not on the list. Compare each digit with what is printed; if all are right, ask your"
            " supplier's desk."
        ),
        word="Not on the list",
        sentence="The list has no Device Model with exactly these identifiers.",
    ),
    "smets1": Word(
        install=Install.ASK,
        reason="this list cannot say. Not being here says nothing about a SMETS1 meter.",
        word="SMETS1, on another list",
        sentence=(
            "What you gave is of SMETS1, whose Device Models are not on this list: they stand on a"
            " list of their own, which the DCC keeps."
        ),
    ),
    "type-2": Word(
        install=Install.ASK,
        reason="this list cannot say: Type 2 devices are not its business.",
        word="Type 2, not on this list",
        sentence="What you gave is a Type 2 device (IHD or CAD), of which this list has none.",
    ),
    "no-firmware": Word(
        install=None,
        reason="the firmware version is missing. Choose it below, or give it too.",
        word="Firmware missing",
        sentence="The list answers for each firmware by itself: the same hardware may be on it or not.",
    ),
    "not-understood": Word(
        install=None,
        reason="see below what was missing or wrong.",
        word="Not understood",
        sentence="This could not be read as one Device Model, so the list was not asked.",
    ),
    "not-reached": Word(
        install=None,
        reason="try again when you are connected.",
        word="Not asked",
        sentence="The list could not be fetched just now, so there is no answer.",
    ),
}
"""The remaining answers, by what the page's script calls them."""
SMETS1_NOTE = (
    "SMETS1 meters are not on this list: they stand on a list of their own, which the DCC keeps."
)
