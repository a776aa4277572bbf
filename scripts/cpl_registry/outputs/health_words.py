"""The answer to "is anything wrong with the CPL today?", in words and as data."""

from __future__ import annotations

from typing import Any

from cpl_registry.outputs import wording
from cpl_registry.state.health import Concern, Condition, Health, Matter

MEANINGS = {
    Matter.INCIDENT: "Something is wrong with the list, or with the systems that load it.",
    Matter.STOPPED: (
        "The DCC has these rows, and its Data Service Provider (DSP) no longer recognises a value in"
        " them. They can be neither sent nor left out until a decision says which."
    ),
    Matter.REJECTED: "The DCC was sent these rows and did not load them.",
    Matter.NOT_SENT: (
        "What is on the list goes to the DCC within one Working Day. These entries have waited longer."
    ),
    Matter.UNANSWERED: (
        "The DCC has 24 hours to load what it is sent. It has not answered for these entries."
    ),
    Matter.FRESHNESS: "A list that the DCC is sent is fresh for seven days; the next one is due.",
    Matter.HELD: (
        "These entries are valid and on the list. The DCC is not sent their present values until its"
        " Data Service Provider (DSP) can take them; until then it has the earlier row, or none."
    ),
    Matter.STEP: (
        "The DSP was announced to change on a day that has passed, and nobody has confirmed that it"
        " did. Until somebody does, nothing rests on it."
    ),
    Matter.CAMPAIGN: "Entries were to be corrected by a day that has passed, and are not.",
    Matter.EXPIRED: (
        "The end of a certificate removes nothing by itself: a removal is proposed and decided."
    ),
    Matter.RENEWAL: (
        "A lifetime certificate does not expire; it was to be looked at again by a day that has passed."
    ),
}
"""What a concern means, in plain words."""
ACTS = {
    Matter.INCIDENT: "The administrator keeps each incident up to date until it is over.",
    Matter.STOPPED: "The Panel decides; the administrator records the decision.",
    Matter.REJECTED: (
        "The administrator asks the DCC why; then the manufacturer corrects the entry, or the DCC its"
        " systems."
    ),
    Matter.NOT_SENT: "The administrator makes the next delivery.",
    Matter.UNANSWERED: "The DCC answers; the administrator reminds it.",
    Matter.FRESHNESS: "The administrator makes the next delivery, whether anything changed or not.",
    Matter.HELD: "The DCC, whose DSP has to recognise the values. Manufacturers have nothing to mend.",
    Matter.STEP: "The administrator asks the DCC, and records what it confirms.",
    Matter.CAMPAIGN: (
        "The manufacturers correct what is overdue; the Panel decides on what they do not correct."
    ),
    Matter.EXPIRED: (
        "The manufacturer renews the certificate, or the administrator proposes a removal and the"
        " Panel decides."
    ),
    Matter.RENEWAL: "The manufacturer has the certificate renewed, and amends the entry.",
}
"""Who acts on a concern in this register, and how."""
_TOLD = {
    Matter.INCIDENT: ("1 incident is open", "{number} incidents are open"),
    Matter.STOPPED: (
        "The DSP has stopped recognising 1 row that the DCC has",
        "The DSP has stopped recognising {number} rows that the DCC has",
    ),
    Matter.REJECTED: (
        "The DCC rejected 1 row that it was sent",
        "The DCC rejected {number} rows that it was sent",
    ),
    Matter.NOT_SENT: (
        "1 entry has waited for a delivery past its Working Day",
        "{number} entries have waited for a delivery past their Working Day",
    ),
    Matter.UNANSWERED: (
        "1 row is not acknowledged by the DCC, past its 24 hours ({names})",
        "{number} rows are not acknowledged by the DCC, past their 24 hours ({names})",
    ),
    Matter.FRESHNESS: (
        "The list that the DCC was last sent ({names}) is due to be sent again",
        "The list that the DCC was last sent ({names}) is due to be sent again",
    ),
    Matter.HELD: (
        "1 entry is held back from the DCC",
        "{number} entries are held back from the DCC",
    ),
    Matter.STEP: (
        "1 announced change of the DSP has not been seen, though its day has passed",
        "{number} announced changes of the DSP have not been seen, though their days have passed",
    ),
    Matter.CAMPAIGN: (
        "1 campaign is past its deadline, with {overdue} overdue",
        "{number} campaigns are past their deadlines, with {overdue} overdue",
    ),
    Matter.EXPIRED: (
        "1 Active entry has a certificate that has expired",
        "{number} Active entries have a certificate that has expired",
    ),
    Matter.RENEWAL: (
        "1 Active entry has a certificate whose renewal was due",
        "{number} Active entries have a certificate whose renewal was due",
    ),
}
"""A concern as a sentence: of one, of several."""
_PAGES = {
    Matter.INCIDENT: "incidents/",
    Matter.HELD: "dcc/#held",
    Matter.STEP: "dcc/#recognises",
    Matter.CAMPAIGN: "campaigns/",
    Matter.EXPIRED: "certificates/",
    Matter.RENEWAL: "certificates/",
}


_PAGE_WORDS = {
    Matter.INCIDENT: "All incidents",
    Matter.CAMPAIGN: "The campaigns",
    Matter.EXPIRED: "Certificates that end",
    Matter.RENEWAL: "Certificates that end",
}


def page_words(concern: Concern) -> str:
    """The words of the link to that page."""
    if page_of(concern).startswith("dcc/deliveries/"):
        return f"Delivery {concern.references[-1]}"
    return _PAGE_WORDS.get(concern.matter, "The DCC board")


def page_of(concern: Concern) -> str:
    """Where a concern is told at length, from the site's root."""
    delivered = {Matter.REJECTED, Matter.UNANSWERED, Matter.FRESHNESS}
    if concern.matter in delivered and concern.references:
        return f"dcc/deliveries/{concern.references[-1]}/"
    return _PAGES.get(concern.matter, "dcc/")


def told(concern: Concern) -> str:
    """A concern as a sentence without its full stop: what, and how many."""
    one, many = _TOLD[concern.matter]
    return (one if concern.count == 1 else many).format(
        number=f"{concern.count:,}",
        names=wording.joined(list(concern.references)),
        overdue=wording.counted(len(concern.entries), "entry", "entries"),
    )


def until_words(concern: Concern) -> str:
    """By when it is expected to be over, as a sentence; empty where that is not asked of it."""
    if concern.matter not in {Matter.HELD, Matter.INCIDENT}:
        return ""
    if concern.until is None:
        return "No day is known by which all of it will be over."
    return f"It is expected to be over by {wording.full_day(concern.until)}."


def verdict_words(health: Health) -> str:
    """The answer in one sentence."""
    if health.verdict is Condition.WELL:
        return "Nothing is wrong with the CPL today, so far as this register knows."
    if health.verdict is Condition.ATTENTION:
        number = wording.counted(len(health.concerns), "thing needs", "things need")
        return f"{number} attention today."
    first, others = health.concerns[0], len(health.concerns) - 1
    lead = "An incident is open" if first.count == 1 else told(first)
    if not others:
        return f"{lead}."
    return f"{lead}, and {wording.counted(others, 'other thing needs', 'other things need')} attention."


def health_data(health: Health) -> dict[str, Any]:
    """The same as data."""
    return {
        "verdict": health.verdict.value,
        "sentence": verdict_words(health),
        "concerns": [
            {
                "matter": one.matter.value,
                "sentence": f"{told(one)}.",
                "count": one.count,
                "since": one.since.isoformat(),
                "until": one.until.isoformat() if one.until else None,
                "entries": list(one.entries),
                "references": list(one.references),
                "page": page_of(one),
            }
            for one in health.concerns
        ],
    }
