"""Any past day, worked out backwards from a file, is what a replay from the first values tells."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cpl_registry.edges.installation import schemas
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.yaml_text import quick_data
from cpl_registry.state.history import as_of, standing
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.strategies import few

FIRST = date(2018, 1, 1)
IDS = [f"esme-f0a1-0005-02-03-3804040{n}" for n in range(3)]
FIELDS: dict[str, list[Any]] = {
    "model_name": [None, "AM-100", "AM-100 single phase"],
    "esme_variant": [None, "A", "ADE"],
    "gbcs_version": ["1.0", "1.1", "1.10"],
    "technical_specification.version": ["2.0", "4.2"],
    "assurance_certificates.CPA.expires": [None, "2024-01-01", "2026-01-01"],
    "assurance_certificates.CPA.renewal_due": [None, "2030-01-01"],
    "manufacturer_image.sha256": ["0" * 63 + "1", "0" * 63 + "2"],
    "manufacturer_image.upgrades_from": [None, "not-applicable", IDS[:1], IDS[:2], IDS[1:]],
    "evidence.zigbee-firmware-mapping": [None, "EV-1", ["EV-1", "EV-2"]],
}
"""Fields that may change, with their values; None where the entry goes without."""
KEY = {
    "device_type": "ESME",
    "manufacturer": "albion-metering",
    "manufacturer_identifier": "F0A1",
    "model_identifier": "0005",
    "hardware_version": "02",
    "hardware_revision": "03",
    "firmware_version": "38040409",
    "technical_specification.name": "SMETS2",
    "assurance_certificates.CPA.number": "DEMO-1",
    "assurance_certificates.CPA.issued": "2017-01-01",
}
NEXT = {
    None: ["submitted", "listed"],
    "waiting": ["listed", "amended", "closed"],
    "Active": ["amended", "amended", "corrected", "removed"],
    "removed": ["reinstated", "amended", "corrected"],
    "closed": ["submitted"],
}
STATE = {
    "submitted": "waiting",
    "listed": "Active",
    "reinstated": "Active",
    "removed": "removed",
    "closed": "closed",
}


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What was true from a day on: the values, and the state that the events had led to."""

    day: date
    values: dict[str, Any]
    state: str | None


@dataclass(frozen=True, kw_only=True)
class Life:
    """An entry's file, and its life told forwards."""

    text: str
    before: dict[str, Any]
    turns: tuple[Turn, ...]

    def on(self, day: date) -> Turn:
        """The last turn on or before a day: the straightforward replay."""
        past = [turn for turn in self.turns if turn.day <= day]
        return past[-1] if past else Turn(day=FIRST, values=self.before, state=None)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    values = {path: draw(st.sampled_from(choices)) for path, choices in FIELDS.items()}
    before, day, state = dict(values), FIRST, None
    history: list[Any] = []
    turns = []
    for _ in range(draw(st.integers(1, 8))):
        day += timedelta(days=draw(st.sampled_from([0, 1, 3])))
        event = draw(st.sampled_from(NEXT[state]))
        line: dict[str, Any] = {"date": day.isoformat(), "event": event}
        if event in {"amended", "corrected"}:
            line["changed"] = draw(_changes(values))
        if event == "removed":
            line["status"] = "Withdrawn"
        state = STATE.get(event, state)
        history.append(line)
        turns.append(Turn(day=day, values=dict(values), state=state))
    return Life(text=_written(values, history), before=before, turns=tuple(turns))


@st.composite
def _changes(draw: st.DrawFn, values: dict[str, Any]) -> dict[str, Any]:
    """Some fields changed, in `values` and as a history line tells it."""
    told = {}
    for path in draw(
        st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=3, unique=True)
    ):
        was = values[path]
        now = draw(st.sampled_from([one for one in FIELDS[path] if one != was]))
        told[path] = {
            **({"from": was} if was is not None else {}),
            **({"to": now} if now is not None else {}),
        }
        values[path] = now
    return told


def _written(values: dict[str, Any], history: list[Any]) -> str:
    record: dict[str, Any] = {}
    certificate: dict[str, Any] = {"scheme": "CPA"}
    for path, value in {**KEY, **values}.items():
        name, *rest = path.split(".")
        if value is None:
            continue
        if name == "assurance_certificates":
            certificate[rest[1]] = value
        elif name == "evidence":
            several = value if isinstance(value, list) else [value]
            record[name] = [{"kind": rest[0], "reference": one} for one in several]
        elif rest:
            record.setdefault(name, {})[rest[0]] = value
        else:
            record[name] = value
    record["assurance_certificates"] = [certificate]
    record["history"] = history
    return canonical(record, schemas()["device-model"].plan, ENTRY_FIRST_LINE)


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """Values as an entry holds them: the absent left out, lists as tuples."""
    return {
        path: tuple(value) if isinstance(value, list) else value
        for path, value in values.items()
        if value is not None
    }


@few(150)
@given(lives(), st.integers(-2, 30))
def test_going_back_is_going_forward(life: Life, days: int) -> None:
    data = quick_data(life.text)
    assert data is not None
    assert schemas()["device-model"].faults(data) == []
    entry = parse_entry("cpl/devices/x.yaml", data)
    day = FIRST + timedelta(days=days)
    then = as_of(entry, day)
    replayed = life.on(day)
    assert dict(then.fields) == flat({**KEY, **replayed.values})
    assert len(then.history) == sum(turn.day <= day for turn in life.turns)
    status = {"Active": "Active", "removed": "Withdrawn"}.get(replayed.state or "")
    assert standing(entry, day).status == status
    if then.history:
        assert standing(then, day) == standing(entry, day)


@few(60)
@given(lives(), st.integers(0, 30), st.integers(0, 30))
def test_going_back_twice_is_going_back_once(life: Life, later: int, sooner: int) -> None:
    data = quick_data(life.text)
    assert data is not None
    entry = parse_entry("cpl/devices/x.yaml", data)
    first, last = sorted((FIRST + timedelta(days=sooner), FIRST + timedelta(days=later)))
    assert len(entry.history) >= 1
    if entry.history[0].day <= first:
        assert as_of(as_of(entry, last), first) == as_of(entry, first)
