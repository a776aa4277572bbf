"""The queue: what waits in the register and on branches, how long, and what comes then."""

from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges import installation
from cpl_registry.outputs.json_api import queue
from cpl_registry.records.register import Register
from cpl_registry.state.publication import PublishedState, publish
from cpl_registry.state.queue import waiting

from tests.clones import cpl_here, refused
from tests.judging import judged
from tests.rule_cases import standard_register
from tests.submissions import Blob, Objects, new_objects

ENTRY = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040401.yaml"
ID = "esme-f0a1-0005-02-03-38040401"
HISTORY = b"""\
history:
  - date: "2026-11-12"
    event: submitted
    by: albion-metering
"""
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def entry(history: bytes = HISTORY, **changes: bytes) -> bytes:
    """The entry of the small register with another history, and some lines exchanged."""
    text = standard_register()[ENTRY].partition(b"history:")[0] + history
    for before, after in changes.items():
        assert text.count(before.encode()) == 1
        text = text.replace(before.encode(), after)
    return text


def register_with(raw: bytes) -> Register:
    report = judged({**standard_register(), ENTRY: raw}, MONDAY)
    assert not report.failed, report.findings
    return report.register


def state_of(raw: bytes, on: date) -> PublishedState:
    calendar = installation.working_days(installation.HOME)
    return publish(register_with(raw), on, calendar=calendar)


@pytest.mark.parametrize(
    ("on", "age", "due"),
    [
        (date(2026, 11, 12), 0, date(2026, 11, 13)),
        (FRIDAY, 6, MONDAY),
        (date(2026, 11, 22), 6, MONDAY),
        (MONDAY, 7, date(2026, 11, 24)),
        (date(2026, 12, 24), 30, date(2026, 12, 29)),  # Christmas, a weekend, and its substitute
    ],
)
def test_age_and_clock_count_working_days(on: date, age: int, due: date) -> None:
    (one,) = waiting(state_of(entry(), on))
    assert (one.entry_id, one.since, one.age) == (ID, date(2026, 11, 12), age)
    assert one.due_if_listed == due


def test_nothing_waits_before_it_is_submitted_nor_after_it_is_listed() -> None:
    listed = HISTORY + b'  - date: "2026-11-20"\n    event: listed\n'
    assert [len(waiting(state_of(entry(listed), date(2026, 11, day)))) for day in (11, 19, 20)] == [
        0,
        1,
        0,
    ]


def test_where_the_bank_holidays_are_not_known_nothing_is_guessed() -> None:
    (one,) = waiting(state_of(entry(), date(2199, 1, 1)))
    assert (one.age, one.due_if_listed) == (None, None)


def test_the_api_says_the_same() -> None:
    state = state_of(entry(), FRIDAY)
    told = queue(state)
    assert installation.published_schema("queue").fits(told)
    (one,) = told["queue"]
    assert (one["entry_id"], one["working_days"], one["due_if_listed"]) == (ID, 6, "2026-11-23")
    assert one["stage"] == "submitted"


@pytest.fixture
def hub(tmp_path: Path) -> Objects:
    """The small register on `main`, checked out."""
    objects = new_objects(tmp_path / "hub")
    files = {path.encode(): Blob(raw=raw) for path, raw in standard_register().items()}
    objects.git("update-ref", "refs/heads/main", objects.commit({**files}))
    objects.git("checkout", "--quiet", "--force", "main")
    return objects


def propose(hub: Objects, name: str, raw: bytes) -> None:
    path = ENTRY.replace("38040401.yaml", "38040499.yaml")
    commit = hub.commit({path.encode(): Blob(raw=raw)}, "main")
    hub.git("update-ref", f"refs/heads/{name}", commit)


def test_branches_are_judged_and_told_apart(hub: Objects) -> None:
    other = {
        "38040401": b"38040499",
        standard_register()[ENTRY].decode().partition('sha256: "')[2][:64]: b"7D" * 32,
    }
    propose(hub, "good", entry(**other))
    propose(hub, "bad", entry(**other).replace(b"gbcs_version", b"gbcs_versoin"))
    done = cpl_here(
        *("status", "--queue", "--branch", "good", "--branch", "bad"),
        *("--on", "2026-11-20", "--root", hub.root),
    )
    assert (done.code, done.err) == (0, "")
    lines = done.out.decode().splitlines()
    good, bad = (
        next(i for i, one in enumerate(lines) if one.startswith(n)) for n in ("good", "bad")
    )
    assert "no error: an administrator decides" in lines[good]
    assert "new firmware of a listed Device Model" in "".join(lines[good:bad])
    assert "has errors" in lines[bad]
    assert lines[bad + 1].strip().startswith("errors: 1")
    assert lines[-1] == "On 2026-11-20: 0 waiting to be listed, 2 on branches"


def test_a_branch_that_is_not_there_is_no_traceback(hub: Objects) -> None:
    asked = ("--on", "2026-11-20", "--root", hub.root)
    refused(cpl_here("status", "--queue", "--branch", "gone", *asked), "gone", "fetch")
    refused(cpl_here("status", "--queue", "--branch", "--upload-pack=x", *asked), "revision")
    refused(cpl_here("status", "--branch", "main", *asked), "--queue")
    orphan = hub.commit({b"a": Blob(raw=b"a\n")})
    refused(cpl_here("status", "--queue", "--branch", orphan, *asked), "nothing in common")
