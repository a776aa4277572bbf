"""The circuit breaker: how many causes a delivery's removals and changes have."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cpl_registry.records.device_model import Entry
from cpl_registry.records.register import Register
from cpl_registry.state.breaker import MassChange
from cpl_registry.state.publication import publish
from cpl_registry.state.sending import change_at_once

from tests import builders
from tests.builders import Raw
from tests.sendings import answered, delivered, noon

FIRST, SECOND, LATER = date(2020, 3, 2), date(2020, 3, 3), date(2020, 3, 4)
CPA = "assurance_certificates.CPA."


def certificate(number: str, expires: str) -> list[Raw]:
    given: list[Raw] = builders.device_model()["assurance_certificates"]
    return [
        {**one, "number": number, "expires": expires} if "expires" in one else one for one in given
    ]


def removed(cause: str = "manufacturer-request", reference: str = "DEC-1") -> Raw:
    return {
        "date": str(SECOND),
        "event": "removed",
        "status": "Withdrawn",
        "cause": cause,
        "reference": reference,
    }


def amended(path: str, before: str, after: str, reference: str = "SUB-1") -> Raw:
    changed = {path: {"from": before, "to": after}}
    return {"date": str(SECOND), "event": "amended", "changed": changed, "reference": reference}


def entries(
    count: int, line: Raw | None = None, of: int | None = None, **values: object
) -> list[Entry]:
    """Entries with certificates of their own; the first ones have a history line of the second day."""
    made = []
    for number in range(of or count):
        own: Raw = {"assurance_certificates": certificate(f"DEMO-{number}", "2030-02-01")}
        if number < count:
            own |= values
            own["history"] = [*builders.LISTED, *([line] if line else [])]
        made.append(builders.entry(firmware_version=f"{number:08X}", **own))
    return made


def at_once(register: Register, campaigns: frozenset[str] = frozenset()) -> MassChange:
    """What the delivery of the second day changes after that of the first."""
    return change_at_once(publish(delivered(register, FIRST), SECOND), campaigns)


@pytest.mark.parametrize(
    ("count", "of", "most"),
    [(5, 20, 5), (6, 20, 5), (6, 600, 6), (7, 600, 6), (7, 699, 6), (7, 700, 7)],
)
def test_more_than_five_and_more_than_one_in_a_hundred_trips(
    count: int, of: int, most: int
) -> None:
    found = at_once(builders.register(*entries(count, removed(), of=of)))
    assert (len(found.causes), found.most, found.trips) == (count, most, count > most)


def test_a_change_counts_like_a_removal() -> None:
    line = amended("gbcs_version", "3.1", "3.2")
    dsp = builders.dsp(
        recognises=[{"start": "2016-10-27", "gbcs_versions": ["3.1", "3.2"], "source": "x"}]
    )
    found = at_once(builders.register(*entries(8, line), dsp_profile=dsp))
    assert len(found.causes) == 8
    assert all(cause.endswith(": changed") for cause in found.causes)


def test_a_certificate_that_forty_entries_share_counts_once() -> None:
    renewed = amended(f"{CPA}expires", "2026-02-01", "2032-02-01")
    shared = certificate("DEMO-SHARED", "2032-02-01")
    found = at_once(builders.register(*entries(40, renewed, assurance_certificates=shared)))
    assert found.causes == ("certificate DEMO-SHARED",)
    ended = removed("certificate-expired")
    found = at_once(builders.register(*entries(40, ended, assurance_certificates=shared)))
    assert found.causes == ("certificate DEMO-SHARED",)


def test_forty_entries_that_share_a_certificate_and_go_for_another_reason_count_each() -> None:
    shared = certificate("DEMO-SHARED", "2032-02-01")
    found = at_once(builders.register(*entries(40, removed(), assurance_certificates=shared)))
    assert len(found.causes) == 40


def test_a_change_of_more_than_the_certificate_counts_each() -> None:
    line = amended(f"{CPA}expires", "2026-02-01", "2032-02-01")
    line["changed"]["technical_specification.version"] = {"from": "4.1", "to": "4.2"}
    shared = certificate("DEMO-SHARED", "2032-02-01")
    found = at_once(builders.register(*entries(40, line, assurance_certificates=shared)))
    assert len(found.causes) == 40


def test_a_campaign_counts_once_and_only_a_campaign() -> None:
    register = builders.register(*entries(9, removed(reference="CAM-1")))
    assert at_once(register, frozenset({"CAM-1"})).causes == ("campaign CAM-1",)
    assert len(at_once(register, frozenset({"CAM-2"})).causes) == 9


def test_rows_whose_hold_has_ended_do_not_count() -> None:
    """Ten amendments to GBCS 4.3 are held, and go out together when the DSP learns it."""
    learns = {"start": str(LATER), "gbcs_versions": ["3.2", "4.3"], "source": "a test"}
    line = amended("gbcs_version", "3.2", "4.3")
    register = builders.register(
        *entries(10, line, gbcs_version="4.3"), dsp_profile=builders.dsp(learns)
    )
    register = delivered(register, FIRST, SECOND)
    assert len(register.deliveries[-1].held) == 10
    state = publish(register, LATER)
    assert sum(state.rows[name] != row for name, row in state.sent.rows.items()) == 10
    assert change_at_once(state, frozenset()).causes == ()


def test_rows_that_the_dcc_rejected_do_not_count_as_removed() -> None:
    """A wrong profile let ten rows out, the DCC took none of them; now they are held."""
    knows = {"start": "2016-10-27", "gbcs_versions": ["3.2", "4.3"], "source": "wrong"}
    wrong = builders.register(
        *entries(10, gbcs_version="4.3"), dsp_profile=builders.dsp(recognises=[knows])
    )
    sent = delivered(wrong, FIRST)
    serial = sent.deliveries[0].serial
    rejected = answered(sent, serial, noon(FIRST) + timedelta(hours=1), loaded=False)
    mended = builders.register(*entries(10, gbcs_version="4.3")).dsp
    state = publish(replace(rejected, dsp=mended), SECOND)
    assert (len(state.held), state.rows) == (10, {})
    assert change_at_once(state, frozenset()).causes == ()
    # Had the DCC taken them, they would stand: to leave them out would suspend a fleet.
    loaded = answered(sent, serial, noon(FIRST) + timedelta(hours=1))
    state = publish(replace(loaded, dsp=mended), SECOND)
    assert len(state.rows) == 10
