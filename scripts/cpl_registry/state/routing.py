"""What of a register decides on the way to the DCC."""

from __future__ import annotations

from cpl_registry.records.register import Register
from cpl_registry.state.delivery import Route
from cpl_registry.state.sent import Sent


def route_of(register: Register, sent: Sent) -> Route:
    """What decides on the way to the DCC, given what was sent so far."""
    return Route(
        dsp=register.dsp,
        profile=register.extract_profile,
        policy=register.policy,
        decisions=register.decisions,
        sent=sent if sent.deliveries else None,
    )
