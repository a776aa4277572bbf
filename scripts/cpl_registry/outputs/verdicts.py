"""May it be installed, as far as this list goes: four verdicts, and which one each answer gives.

"Yes" is said only of what is listed and loaded, with its certificates and its specification running.
"No" is what is not on the list; "not yet" what is listed and not known to the DCC; all else that the
list cannot settle is "ask your supplier first": whoever stands before a meter asks the supplier's own
desk, which asks SECAS or the DCC.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Install(StrEnum):
    """The verdict, as data."""

    YES = "yes"
    NOT_YET = "not-yet"
    NO = "no"
    ASK = "ask"


LEADS: Mapping[Install | None, str] = {
    Install.YES: "Yes, by this list",
    Install.NOT_YET: "Not yet",
    Install.NO: "No",
    Install.ASK: "Ask your supplier first",
    None: "Not answered",
}
"""The words that each verdict begins with; the last one where nothing could be looked up."""


class Tone(StrEnum):
    """The colour of a verdict; its words never depend on it. `plain` is no verdict."""

    ACTIVE = "active"
    HELD = "held"
    WAITING = "waiting"
    REMOVED = "removed"
    PLAIN = "plain"


TONES: Mapping[Install | None, Tone] = {
    Install.YES: Tone.ACTIVE,
    Install.NOT_YET: Tone.HELD,
    Install.NO: Tone.REMOVED,
    Install.ASK: Tone.WAITING,
    None: Tone.PLAIN,
}
"""The colour of each verdict, wherever it is shown."""


class Kind(StrEnum):
    """The answers; as far as they go the words of an inventory check.

    Of an entry whose present row is not loaded, `CHANGED_...` says that the DCC holds an earlier one.
    """

    LOADED = "listed-loaded"
    DELIVERED = "listed-delivered"
    CHANGED_DELIVERED = "listed-amendment-delivered"
    AWAITING = "listed-awaiting-delivery"
    CHANGED_AWAITING = "listed-amendment-awaiting-delivery"
    UNKNOWN = "listed-no-delivery-recorded"
    REJECTED = "listed-rejected"
    CHANGED_REJECTED = "listed-amendment-rejected"
    HELD = "listed-held"
    AMENDMENT_HELD = "listed-amendment-held"
    SUBSTITUTED = "listed-substituted"
    ENDING = "listed-certificate-ending"
    ENDED = "listed-certificate-ended"
    SPECIFICATION_ENDED = "listed-specification-ended"
    SUBMITTED = "submitted"
    CLOSED = "submission-closed"
    REMOVED = "removed"


VERDICTS: Mapping[Kind, tuple[Install, str]] = {
    Kind.LOADED: (Install.YES, "listed, and the DCC holds its row."),
    Kind.DELIVERED: (
        Install.ASK,
        "listed, but the DCC has not said yet that it holds its row.",
    ),
    Kind.CHANGED_DELIVERED: (
        Install.ASK,
        "listed, and the DCC holds an earlier row, but has not said yet that it took what changed since.",
    ),
    Kind.AWAITING: (
        Install.NOT_YET,
        "listed, but its row has not been sent to the DCC, which may not know it.",
    ),
    Kind.CHANGED_AWAITING: (
        Install.ASK,
        "listed, and the DCC holds an earlier row, but has not been sent what changed since.",
    ),
    Kind.UNKNOWN: (
        Install.ASK,
        "listed, but this register records no delivery, so it cannot tell what the DCC holds.",
    ),
    Kind.REJECTED: (
        Install.NOT_YET,
        "listed, but the DCC refused its row. Your supplier's desk can ask why.",
    ),
    Kind.CHANGED_REJECTED: (
        Install.ASK,
        "listed, and the DCC holds an earlier row, but refused what changed since.",
    ),
    Kind.HELD: (
        Install.NOT_YET,
        "listed, but the DCC has not been given its row, and may not know it.",
    ),
    Kind.AMENDMENT_HELD: (
        Install.ASK,
        "listed, and the DCC is sent an earlier row, but not what changed since.",
    ),
    Kind.SUBSTITUTED: (
        Install.ASK,
        "listed, but the DCC is sent another value in place of its own.",
    ),
    Kind.ENDED: (
        Install.ASK,
        "still listed, but a certificate that it needs has run out.",
    ),
    Kind.SPECIFICATION_ENDED: (
        Install.ASK,
        (
            "listed, but new listings on its specification have ended, and the list does not tell whether"
            " it may still be installed."
        ),
    ),
    Kind.SUBMITTED: (Install.NO, "submitted, and not on the list."),
    Kind.CLOSED: (Install.NO, "not on the list, and nothing waits to put it there."),
    Kind.REMOVED: (
        Install.NO,
        "no longer on the list. What becomes of devices in place is not told here.",
    ),
}
"""The verdict of each answer and its reason, for somebody who is about to install a device."""
EARLIER_ROW = "listed, but its row is held back, and the DCC is no longer sent the earlier one."
"""The reason of an entry that is held whole, while the DCC has not let go of a row it once had."""
LOOK_AGAIN = "Look again before the certificate ends."
ENDED_TOO = "A certificate that it needs has run out too."
