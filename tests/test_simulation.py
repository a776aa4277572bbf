"""Hold against substitute: the paper's Table 1 with numbers, and the same as deliveries give.

What is printed for the scenario stands as whole files in `2018-gbcs-1.1/expected/`;
`GOLDEN=rewrite` writes them again.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cpl_registry.edges.cli.foreseeing import simulate_command
from cpl_registry.edges.installation import working_days
from cpl_registry.outputs.extract import held_rows
from cpl_registry.records.dsp_profile import PolicyStep, Reaction, Substitution
from cpl_registry.records.register import Register
from cpl_registry.state.fidelity import infidelities
from cpl_registry.state.publication import PublishedState, publish
from cpl_registry.state.simulated_days import Simulation
from cpl_registry.state.simulation import delivery_of, simulate
from cpl_registry.state.trial import hold_from, policy_from, substitute_between

from tests.expected_text import hold_text_against
from tests.registers import (
    GBCS_1_1,
    REGISTERS,
    STANDING_ROW,
    cpl,
    dcc_tables,
    files_of,
    register_of,
    with_edit,
)
from tests.rehearsals import write_register
from tests.repository import ROOT
from tests.sendings import delivered

EXPECTED = GBCS_1_1 / "expected" / "simulate"
START, FIX = date(2018, 5, 9), date(2018, 6, 22)
LAST = date(2018, 10, 1)
CALENDAR = working_days(ROOT)
ESMES = frozenset({"esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005"})
METER = "esme-f0b1-0021-01-00-0d010008"
POLICY = "cpl/dcc/delivery-policy.yaml"
DSP = "cpl/dcc/dsp-profile.yaml"
OPTION_B = """\
- start: "2018-05-09"
  end: "2018-06-21"
  policy: substitute
  substitutions:
    - field: gbcs_version
      from: "1.1"
      to: "1.0"
  decision: "DEC-2018-001"
"""
SWAP = Substitution(field="gbcs_version", before="1.1", after="1.0")


@pytest.fixture(scope="module")
def register() -> Register:
    return register_of(files_of(GBCS_1_1), LAST)


def held(register: Register, start: date = START, end: date = FIX) -> Simulation:
    return simulate(register, hold_from(register, start), CALENDAR, start, end)


def substituted(register: Register, start: date = START, end: date = FIX) -> Simulation:
    return simulate(register, substitute_between(register, start, end), CALENDAR, start, end)


def run(*arguments: str | Path) -> Result:
    told = [str(one) for one in arguments]
    return CliRunner().invoke(simulate_command, told)


def option_b(end: date | None = date(2018, 6, 21)) -> PolicyStep:
    return PolicyStep(
        start=START, end=end, policy="substitute", substitutions=(SWAP,), decision="DEC-2018-001"
    )


# ------------------------------------------------------------------------------------- the scenario


@pytest.mark.parametrize("policy", ["hold", "substitute"])
def test_what_is_printed(policy: str) -> None:
    before = files_of(GBCS_1_1)
    answer = cpl(
        "simulate", "--root", GBCS_1_1, "--policy", policy, "--from", START.isoformat(),
        "--until", FIX.isoformat(),
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, b"")
    hold_text_against(EXPECTED / f"{policy}.txt", answer.stdout)
    assert files_of(GBCS_1_1) == before


def test_holding_keeps_the_two_esmes_back_until_the_fix(register: Register) -> None:
    found = held(register)
    for one in found.days:
        waiting = one.day < FIX
        assert one.held == (ESMES if waiting else frozenset()), one.day
        assert (one.loadable, one.rows) == ((8, 8) if waiting else (10, 10))
        assert not one.misstated | one.owed
        assert len(one.late) == (2 if one.day > date(2018, 5, 10) else 0)
    assert (found.held_days, found.most_held, found.misstated_days) == (88, 2, 0)
    assert (found.late, found.corrections) == (2, 0)


def test_substituting_sends_everything_and_misstates_the_two(register: Register) -> None:
    found = substituted(register)
    (tried,) = found.trial.tried
    assert (tried.before, tried.after, tried.broken_pairs) == ("1.1", "1.0", ())
    assert (tried.start, tried.end) == (START, date(2018, 6, 21))
    for one in found.days:
        waiting = one.day < FIX
        assert one.misstated == (ESMES if waiting else frozenset()), one.day
        assert (one.loadable, len(one.held), len(one.late)) == (10, 0, 0)
        assert one.owed == one.corrected == (frozenset() if waiting else ESMES)
    assert (found.misstated_days, found.most_misstated, found.held_days) == (88, 2, 0)
    assert (found.corrections, found.late) == (2, 0)


# -------------------------------------------------------------------- the same as deliveries give


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_holding_is_what_the_extracts_of_the_days_say(register: Register) -> None:
    for one in held(register).days:
        tables = dcc_tables(register, one.day)
        assert len(table(tables["cpl-dcc-extract.csv"])) == one.rows
        assert {row["entry_id"] for row in table(tables["cpl-dcc-held.csv"])} == one.held


def test_substituting_is_what_a_decided_policy_gives(register: Register) -> None:
    """The register with Option B in its policy file, and a published decision behind it."""
    files = files_of(GBCS_1_1)
    decided = register_of({**files, POLICY: files[POLICY] + OPTION_B}, LAST)
    for one in substituted(register).days:
        tables = dcc_tables(decided, one.day)
        rows = table(tables["cpl-dcc-extract.csv"])
        lists = table(tables["cpl-dcc-held.csv"])
        assert len(rows) == one.rows
        wrong = (
            {row["entry_id"] for row in rows if row["entry_id"] in ESMES}
            if (one.day < FIX)
            else frozenset()
        )
        assert {row["entry_id"] for row in lists} == one.misstated == wrong
        assert {row["reason"] for row in lists} <= {"substituted"}


@pytest.mark.parametrize("policy", ["hold", "substitute"])
@pytest.mark.parametrize("name", ["gbcs-1.1", "standing-row"])
def test_day_by_day_it_is_what_real_deliveries_hold(name: str, policy: str) -> None:
    """A delivery file on each Working Day, written and read again, under the same policy."""
    own = register_of(files_of(REGISTERS[name]), LAST)
    steps = (option_b(),) if policy == "substitute" else own.policy
    trial = policy_from(own, START, steps) if policy == "substitute" else hold_from(own, START)
    replayed = delivered(own, START - timedelta(days=1), kind="baseline")
    replayed = replace(replayed, policy=steps, decisions=frozenset({"DEC-2018-001"}))
    for one in simulate(own, trial, CALENDAR, START, FIX + timedelta(days=10)).days:
        state = publish(replayed, one.day)
        assert list(infidelities(state)) == []
        assert len(state.rows) == one.rows
        assert {row[0] for row in held_rows(state) if row[-1] != "misstated"} == one.held
        assert {row[0] for row in held_rows(state) if row[-1] == "misstated"} == one.misstated
        wrong = wrong_at_the_dcc(state) if policy == "substitute" else frozenset()
        owed = wrong - one.misstated
        assert owed == one.owed
        if CALENDAR.is_working_day(one.day):
            assert one.corrected == owed
            replayed = delivered(replayed, one.day)


def wrong_at_the_dcc(state: PublishedState) -> frozenset[str]:
    """Entries of which the DCC was sent another GBCS version than they have, by the rows alone."""
    place = state.register.extract_profile.header.index("gbcs_version")
    return frozenset(
        entry_id
        for entry_id, row in state.sent.rows.items()
        if row[place] != state.by_id[entry_id].entry.gbcs_version
    )


def test_it_goes_on_from_the_deliveries_that_were_made(register: Register) -> None:
    made = delivered(register, date(2018, 5, 4), START, date(2018, 6, 1))
    assert held(made) == replace(held(register), trial=hold_from(made, START))
    later = held(made, date(2018, 6, 4))
    assert [one.held for one in later.days[:2]] == [ESMES, ESMES]
    # What was delivered after the first day of a trial has not happened in it.
    assert len(substituted(made).days[0].misstated) == 2


# ------------------------------------------------------------------------------ what else can happen


def test_on_days_off_nothing_goes_and_corrections_are_owed_until_the_next_working_day(
    register: Register,
) -> None:
    saturday = date(2018, 6, 23)
    steps = (register.dsp.steps[0], replace(register.dsp.steps[1], start=saturday))
    found = substituted(
        replace(register, dsp=replace(register.dsp, steps=steps)), end=date(2018, 6, 26)
    )
    told = {one.day: (len(one.owed), len(one.corrected), one.delivered) for one in found.days[-4:]}
    assert told == {
        saturday: (2, 0, False),
        date(2018, 6, 24): (2, 0, False),
        date(2018, 6, 25): (2, 2, True),
        date(2018, 6, 26): (0, 0, False),
    }


def test_a_policy_that_ends_too_early_leaves_misstated_rows_overdue(register: Register) -> None:
    trial = policy_from(register, START, (option_b(date(2018, 5, 31)),))
    found = simulate(register, trial, CALENDAR, START, FIX)
    for one in found.days:
        if one.day <= date(2018, 5, 31):
            assert (one.misstated, one.owed) == (ESMES, frozenset())
        elif one.day < FIX:
            assert (one.misstated, one.owed, one.corrected) == (ESMES, ESMES, frozenset())
        else:
            assert (one.misstated, one.owed, one.corrected) == (frozenset(), ESMES, ESMES)


def test_a_dsp_that_refuses_changed_rows_never_takes_the_correction(register: Register) -> None:
    refusing = replace(register, dsp=replace(register.dsp, changed_row=Reaction.REJECT))
    found = substituted(refusing, end=date(2018, 7, 2))
    assert found.days[-1].misstated == found.days[-1].owed == ESMES
    assert found.corrections == 0


def test_a_removed_entry_owes_no_correction(register: Register) -> None:
    removal = register.by_id["gsme-f0b2-0031-01-01-03020110"].history[-1]  # type: ignore[index]
    entries = tuple(
        replace(one, history=(*one.history, replace(removal, day=date(2018, 6, 4))))
        if one.entry_id == min(ESMES)
        else one
        for one in register.entries
    )
    found = substituted(replace(register, entries=entries))
    assert found.days[-1].owed == {max(ESMES)}
    assert found.corrections == 1


def test_where_the_dsp_forgets_a_value_deliveries_stop(register: Register) -> None:
    forgetting = replace(register.dsp.steps[1], values={"gbcs_version": frozenset({"1.1"})})
    changed = replace(
        register, dsp=replace(register.dsp, steps=(register.dsp.steps[0], forgetting))
    )
    last = held(changed, end=date(2018, 6, 25)).days[-1]
    assert (last.rows, last.loadable, len(last.stopped)) == (10, 2, 8)
    assert not last.delivered


def test_an_amendment_on_hold_keeps_its_row_and_is_late() -> None:
    own = register_of(files_of(STANDING_ROW), date(2018, 7, 31))
    found = held(own, date(2018, 5, 18), date(2018, 6, 25))
    on_hold = [one for one in found.days if one.held]
    assert (on_hold[0].day, on_hold[-1].day) == (date(2018, 5, 21), date(2018, 6, 21))
    assert {one.loadable for one in found.days} == {2}
    assert found.late == 1


def test_an_announced_step_counts_in_a_simulation(tmp_path: Path) -> None:
    known = '    known_from: "2018-05-18"\n'
    files = with_edit(files_of(GBCS_1_1), DSP, known, "    expected: true\n" + known)
    root = write_register(files, tmp_path)
    told = ("--root", root, "--policy", "hold", "--from", "2018-05-09", "--until", "2018-06-22")
    assert "2018-06-22  2018-06-22" in run(*told, "--on", "2018-05-18").stdout
    # It was not known before, and once its day has passed unconfirmed it counts for nothing.
    for on in ("2018-05-17", "2018-06-22"):
        assert "2018-06-22  2018-06-22" not in run(*told, "--on", on).stdout


def test_the_version_sent_instead_goes_with_the_specification_where_one_does() -> None:
    own = register_of(files_of(ROOT), date(2026, 11, 22))
    (tried,) = substitute_between(own, date(2026, 11, 1), date(2026, 11, 30)).tried
    assert (tried.before, tried.after) == ("4.3", "4.2")
    assert tried.broken_pairs == ("SMETS2 5.3", "SMETS2 5.4")
    assert "does not go with SMETS2 5.3 and SMETS2 5.4" in " ".join(
        run(
            "--root", ROOT, "--policy", "substitute", "--from", "2026-11-01",
            "--until", "2026-11-30", "--on", "2026-11-22",
        ).stdout.split()
    )  # fmt: skip


def test_with_nothing_unrecognised_there_is_nothing_to_try(register: Register) -> None:
    found = substituted(register, date(2018, 3, 1), date(2018, 4, 30))
    assert found.trial.tried == ()
    assert (found.misstated_days, found.held_days) == (0, 0)


def test_simulations_touch_no_record(register: Register) -> None:
    before = replace(register)
    substituted(register)
    held(register)
    assert register == before
    assert delivery_of(publish(register, START)).serial == "2018-05-09-01"


# ------------------------------------------------------------------------------------- the command

WINDOW = ("--root", GBCS_1_1, "--from", "2018-05-09", "--until", "2018-06-22")


def test_another_profile_is_tried_from_its_file(tmp_path: Path) -> None:
    profile = tmp_path / "dsp.yaml"
    text = files_of(GBCS_1_1)[DSP].replace("2018-06-22", "2018-05-31")
    profile.write_text(text, encoding="utf-8")
    answer = run(*WINDOW, "--policy", "hold", "--profile", profile)
    assert answer.exit_code == 0
    assert "2018-05-31  2018-06-22     23        10     0" in answer.stdout


def test_another_policy_is_tried_from_its_file_and_its_decision_is_named(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(OPTION_B.replace("DEC-2018-001", "DEC-2018-777"), encoding="utf-8")
    answer = run(*WINDOW, "--policy", "substitute", "--policy-file", policy)
    assert answer.exit_code == 0
    assert "not published in the register: DEC-2018-777" in " ".join(answer.stdout.split())
    assert "2018-05-09  2018-06-21     44        10     0          2     0     0" in answer.stdout


def refused(answer: Mapping[str, object] | Result) -> str:
    assert isinstance(answer, Result)
    assert answer.exit_code != 0
    assert answer.stdout == ""
    return str(answer.exception)


def test_what_cannot_be_tried_is_said_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text('- start: "2018-02-30"\n  policy: hold\n', encoding="utf-8")
    missing = tmp_path / "missing.yaml"
    substitute = (*WINDOW, "--policy", "substitute")
    assert "goes with --policy substitute" in refused(
        run(*WINDOW, "--policy", "hold", "--policy-file", broken)
    )
    assert "broken.yaml:1:10: " in refused(run(*substitute, "--policy-file", broken))
    assert "missing.yaml cannot be read" in refused(run(*substitute, "--policy-file", missing))
    assert "missing.yaml cannot be read" in refused(run(*substitute, "--profile", missing))
    assert "lies before" in refused(
        run("--root", GBCS_1_1, "--policy", "hold", "--from", "2018-06-22", "--until", "2018-05-09")
    )


def test_beyond_the_bank_holidays_it_cannot_be_told(tmp_path: Path) -> None:
    """Rows would be released on a day of which nobody knows whether it is a Working Day."""
    files = with_edit(files_of(GBCS_1_1), DSP, 'start: "2018-06-22"', 'start: "2029-01-02"')
    root = write_register(files, tmp_path)
    window = ("--from", "2028-12-01", "--until", "2029-01-03")
    answer = cpl("simulate", "--root", root, "--policy", "hold", *window, "--on", "2018-10-01")
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert answer.stderr.count(b"\n") == 1
    assert b"bank holidays are known from" in answer.stderr
