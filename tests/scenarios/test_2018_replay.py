"""The founding paper replayed by commands alone, a delivery each Working Day, GBCS 1.1 unknown.

A register in a repository of its own delivers from 1 May to 29 June 2018; a stand-in for the DSP
verifies, loads and answers. What came of each day stands as whole files in `2018-gbcs-1.1/replayed/`;
`GOLDEN=rewrite` writes them again: read the difference. The decision of Option B is made up.
"""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.outputs.answers import answer
from cpl_registry.records.register import Register
from cpl_registry.state.clocks import Verdict

from tests.clones import Clone, new_clone, refused
from tests.expected_text import hold_text_against
from tests.registers import GBCS_1_1, files_of, with_edit
from tests.rehearsals import new_signer
from tests.replays import Replay, Sending, working_days_between

REPLAYED = GBCS_1_1 / "replayed"
DSP, POLICY = "cpl/dcc/dsp-profile.yaml", "cpl/dcc/delivery-policy.yaml"
BASELINE, FIRST, LAST = date(2018, 4, 30), date(2018, 5, 1), date(2018, 6, 29)
LISTED, ANNOUNCED, FIX = date(2018, 5, 9), date(2018, 5, 18), date(2018, 6, 22)
TWO = ("esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005")
STEP = """\
  - start: "2018-06-22"
    gbcs_versions:
      - "1.0"
      - "1.1"
    known_from: "2018-05-18"
    source: "SECP_56x_2205_01 expected the day; that it came true is invented"
"""
EXPECTED = "    expected: true\n"
OPTION_B, OPTION_B_ENDS = date(2018, 5, 14), date(2018, 6, 21)
DECISION = "DEC-2018-900"
DECISION_FILE = f"cpl/panel/decisions/{DECISION}.yaml"
DECIDED = f"""\
# yaml-language-server: $schema=../../../schema/decision.schema.json
reference: "{DECISION}"
date: "2018-05-14"
body: "Scenario Panel"
title: "GBCS 1.1 is sent as 1.0 for a time"
text: "Made up for a test; nobody decided this in 2018. Until the DSP recognises GBCS 1.1 its rows say 1.0."
classification: white
status: published
illustrative: true
"""
HELD = dict.fromkeys(TWO, ("2018-05-09", "dsp-does-not-recognise", "none"))


def substitution(end: date = OPTION_B_ENDS, decision: str = DECISION) -> str:
    return f"""\
- start: "{OPTION_B}"
  end: "{end}"
  policy: substitute
  substitutions:
    - field: gbcs_version
      from: "1.1"
      to: "1.0"
  decision: "{decision}"
"""


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    """The register of 30 April 2018, when nobody knew of a fix; the DCC holds its list."""
    before = {DSP: with_edit(files_of(GBCS_1_1), DSP, STEP, "")[DSP]}
    clone = new_clone(tmp_path / "register", GBCS_1_1, new_signer(tmp_path, "demo"), before)
    made = Replay(clone=clone, inventory=tmp_path / "smi.sqlite", watched=TWO)
    made.take_over(BASELINE)
    return made


@pytest.fixture
def dsp_of_may_2018(tmp_path: Path) -> Path:
    """The DSP as it was, whatever a register believes of it: GBCS 1.0 alone."""
    path = tmp_path / "dsp-of-may-2018.yaml"
    path.write_text(with_edit(files_of(GBCS_1_1), DSP, STEP, "")[DSP], encoding="utf-8")
    return path


def accepted_by_standard_tools(clone: Clone, sending: Sending) -> None:
    """What a recipient does who has nothing of ours."""
    for command in (
        [
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"),
            *("-in", "manifest.json.p7s", "-content", "manifest.json", "-out", "/dev/null"),
            *("-CAfile", str(clone.signer.certificate)),
        ],
        ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"],
    ):
        ran = subprocess.run(command, cwd=sending.folder, capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr


def play(replay: Replay, first: date, last: date, apart: frozenset[date] = frozenset()) -> None:
    """A delivery each Working Day; on some days each command is a program of its own."""
    for day in working_days_between(replay.clone.root, first, last):
        replay.clone.apart = day in apart
        made = replay.deliver(day)
        # Every upload goes through whole, and the DCC then holds what was sent.
        assert (made.rehearsed.code, made.acknowledged.code) == (0, 0), made.acknowledged.told
        assert {result for _, result in made.answers()} == {"loaded"}
        assert made.reconciled, made.acknowledged.told
        if day in apart:
            accepted_by_standard_tools(replay.clone, made)
    replay.clone.apart = False


def announce_the_fix(replay: Replay) -> None:
    replay.clone.append(DSP, STEP.replace("    known_from", f"{EXPECTED}    known_from"))
    assert replay.clone.commit("The DSP is to recognise GBCS 1.1 from 22 June") == [DSP]
    replay.note(f"{ANNOUNCED}  the fix is announced for {FIX}")


def confirm_the_fix(replay: Replay) -> None:
    replay.clone.edit(DSP, EXPECTED, "")
    assert replay.clone.commit("The DSP recognises GBCS 1.1") == [DSP]
    assert replay.clone.git("show", "--shortstat", "--format=").strip() == (
        "1 file changed, 1 deletion(-)"
    )
    replay.note(f"{FIX}  the fix is seen: one line of the profile")


def by_day(replay: Replay) -> dict[date, Sending]:
    return {one.on: one for one in replay.sendings}


def verdicts(replay: Replay, on: date, register: Register) -> set[tuple[Verdict, Verdict]]:
    """The two clocks of the two listings."""
    clocks = replay.clocks(on, register)
    return {(one.delivered.verdict, one.loaded.verdict) for one in clocks.values()}


# ------------------------------------------------------------------------- Option A: hold, the default


def test_the_hold_keeps_the_uploads_going_and_the_profile_line_releases(replay: Replay) -> None:
    start = replay.clone.git("rev-parse", "HEAD").strip()
    play(replay, FIRST, date(2018, 5, 17), apart=frozenset({LISTED}))
    announce_the_fix(replay)
    play(replay, ANNOUNCED, date(2018, 6, 21))
    confirm_the_fix(replay)
    play(replay, FIX, LAST, apart=frozenset({FIX}))
    hold_text_against(REPLAYED / "hold.txt", replay.text)

    sent, register = by_day(replay), replay.clone.register(LAST)
    assert len(sent) == 42  # sixty days without eight and a half weekends and two bank holidays
    for day, one in sent.items():
        waiting = LISTED <= day < FIX
        assert one.held() == (HELD if waiting else {}), day
        assert one.gbcs() == ({"1.0"} if day < FIX else {"1.0", "1.1"}), day
        assert one.substituted() == []
        assert one.delta() == ([("added", name, "1.1") for name in TWO] if day == FIX else []), day
        running = {(Verdict.PAUSED, Verdict.NOT_APPLICABLE)}
        done = {(Verdict.MET, Verdict.MET)}
        if day >= LISTED:
            assert verdicts(replay, day, register) == (running if waiting else done), day
    # Only what the DSP recognises and what was sent and answered changed: no entry was touched.
    touched = replay.clone.git("diff", "--name-only", start, "HEAD").split()
    assert {path for path in touched if not path.startswith("cpl/dcc/")} == set()


def test_the_two_are_told_as_held_and_then_as_loaded(replay: Replay) -> None:
    days = (date(2018, 5, 8), LISTED, date(2018, 6, 21))
    for day in days:
        play(replay, day, day)
        done = replay.clone.must("status", TWO[0], "--on", str(day)).out.decode()
        assert ("held, not in the extract since 2018-05-09" in done) is (day >= LISTED)
        assert "the DSP does not recognise gbcs_version 1.1" in done or day < LISTED
    announce_the_fix(replay)
    confirm_the_fix(replay)
    play(replay, FIX, FIX)
    done = replay.clone.must("status", TWO[0], "--on", str(FIX)).out.decode()
    assert "this row was delivered with 2018-06-22-01" in done
    assert "this row was loaded at 2018-06-22T12:00:00Z (2018-06-22-01)" in done


# ------------------------------------------------------------------------- the hold switched off


def test_without_the_hold_the_whole_file_is_rejected_until_the_profile_is_mended(
    replay: Replay, dsp_of_may_2018: Path
) -> None:
    clone = replay.clone
    replay.dsp = dsp_of_may_2018
    play(replay, date(2018, 5, 8), date(2018, 5, 8))
    wrong = STEP.replace("2018-06-22", "2018-05-09").replace("2018-05-18", "2018-05-09")
    clone.append(DSP, wrong)
    clone.commit("Wrongly: the DSP recognises GBCS 1.1 from 9 May")
    replay.note("2018-05-09  wrongly believed: the DSP recognises GBCS 1.1")
    made = replay.deliver(LISTED)
    assert made.gbcs() == {"1.0", "1.1"}
    assert made.rehearsed.code == 1
    assert "was refused and nothing was loaded" in made.rehearsed.err
    assert "the inventory holds 8 models as 10 devices" in made.rehearsed.err
    assert made.answers() == [("*", "rejected"), *((name, "rejected") for name in TWO)]
    # The model had not foreseen it: that is called out, with the step that would mend it.
    assert made.acknowledged.code == 1
    assert not made.reconciled
    said = made.acknowledged.out.decode()
    assert "expected minus loaded: 2 of 10 rows, 2 of them rejected" in said
    assert "the profile is wrong: the DSP rejected the whole file" in said
    told = said.splitlines()
    first = next(n for n, line in enumerate(told) if line.startswith("  - start:"))
    step = "".join(f"{line}\n" for line in told[first : first + 4])
    assert step == (
        '  - start: "2018-05-09"\n    gbcs_versions:\n      - "1.0"\n'
        '    source: "answer to 2018-05-09-01"\n'
    )
    for name in TWO:
        status = clone.must("status", name, "--on", str(LISTED)).out.decode()
        assert "delivered, and rejected by the DCC" in status

    # The step goes into the file as it was printed, and a second delivery that day goes through.
    clone.append(DSP, step)
    assert clone.commit("The DSP does not recognise GBCS 1.1") == [DSP]
    replay.note(f"{LISTED}  the profile is mended by the step that was printed")
    mended = replay.deliver(LISTED)
    assert mended.serial == "2018-05-09-02"
    assert mended.rehearsed.code == mended.acknowledged.code == 0
    assert mended.reconciled
    assert mended.delta() == [("removed", name, "1.1") for name in TWO]
    assert mended.held() == HELD
    play(replay, date(2018, 5, 10), date(2018, 5, 14))
    hold_text_against(REPLAYED / "hold-switched-off.txt", replay.text)


# ------------------------------------------------------------------------- Option B: substitute


def decide(replay: Replay, end: date = OPTION_B_ENDS) -> None:
    replay.clone.write({DECISION_FILE: DECIDED})
    replay.clone.append(POLICY, substitution(end))
    assert replay.clone.commit("Option B") == [POLICY, DECISION_FILE]
    replay.note(f"{OPTION_B}  GBCS 1.1 is sent as 1.0 until {end}, under {DECISION}")


MARKED = [(name, "1.1", "1.0", DECISION) for name in TWO]


def test_substituted_rows_are_marked_and_corrected_when_the_dsp_can(replay: Replay) -> None:
    play(replay, FIRST, date(2018, 5, 11))
    decide(replay)
    play(replay, OPTION_B, date(2018, 5, 17), apart=frozenset({OPTION_B}))
    announce_the_fix(replay)
    play(replay, ANNOUNCED, OPTION_B_ENDS)
    confirm_the_fix(replay)
    play(replay, FIX, LAST, apart=frozenset({FIX}))
    hold_text_against(REPLAYED / "substitute.txt", replay.text)

    misstated = dict.fromkeys(TWO, ("2018-05-09", "substituted", "misstated"))
    for day, one in by_day(replay).items():
        swapped = OPTION_B <= day <= OPTION_B_ENDS
        assert one.substituted() == (MARKED if swapped else []), day
        if swapped:
            assert one.held() == misstated, day
        else:
            assert one.held() == (HELD if LISTED <= day < FIX else {}), day
        assert one.gbcs() == ({"1.0"} if day < FIX else {"1.0", "1.1"}), day
        changes = {
            OPTION_B: [("added", name, "1.0") for name in TWO],
            FIX: [("changed", name, "1.1") for name in TWO],  # the corrections that were owed
        }
        assert one.delta() == changes.get(day, []), day
    # What was sent in place of the truth never came into an entry.
    for name in TWO:
        assert replay.clone.register(LAST).by_id[name].gbcs_version == "1.1"  # type: ignore[index]


def test_where_the_policy_ends_first_the_misstated_row_stands_and_is_told_as_such(
    replay: Replay,
) -> None:
    last = date(2018, 6, 14)
    play(replay, LISTED, LISTED)
    decide(replay, last)
    play(replay, OPTION_B, OPTION_B)
    play(replay, last, date(2018, 6, 18))
    overdue = dict.fromkeys(TWO, ("2018-05-09", "dsp-does-not-recognise", "misstated"))
    for day, one in by_day(replay).items():
        if day <= last:
            continue
        assert one.held() == overdue, day
        assert one.substituted() == MARKED, day
        assert one.delta() == []
        state = replay.clone.state(day)
        for name in TWO:
            said = answer(state.by_id[name], state)  # type: ignore[index]
            assert f"GBCS 1.0 in place of 1.1 under {DECISION}" in said.sentence
    announce_the_fix(replay)
    confirm_the_fix(replay)
    play(replay, FIX, FIX)
    corrected = by_day(replay)[FIX]
    assert corrected.delta() == [("changed", name, "1.1") for name in TWO]
    assert (corrected.held(), corrected.substituted()) == ({}, [])


@pytest.mark.parametrize(
    ("policy", "files", "said"),
    [
        pytest.param(substitution(), {}, "names no published decision", id="no decision file"),
        pytest.param(
            substitution(),
            {DECISION_FILE: DECIDED.replace("status: published", "status: draft")},
            "names no published decision",
            id="a draft",
        ),
        pytest.param(
            substitution().replace(f'  end: "{OPTION_B_ENDS}"\n', ""),
            {DECISION_FILE: DECIDED},
            "needs end",
            id="no end",
        ),
        pytest.param(
            substitution().replace(f'  decision: "{DECISION}"\n', ""),
            {DECISION_FILE: DECIDED},
            "needs decision",
            id="cites none",
        ),
    ],
)
def test_without_a_published_decision_nothing_is_substituted(
    replay: Replay, policy: str, files: dict[str, str], said: str
) -> None:
    clone = replay.clone
    play(replay, LISTED, LISTED)
    clone.write(files)
    clone.append(POLICY, policy)
    clone.commit("Option B, not decided")
    on = ("--on", str(OPTION_B))
    refused(clone.cpl("validate", *on), "error[CPL714]", said)
    refused(clone.release(OPTION_B), said, "nothing is released")
    refused(clone.cpl("extract", *on), said)
    assert clone.serials[-1] == f"{LISTED}-01"
    # Nor would the state itself do it, if no rule had stopped it.
    state = clone.published_without_rules(OPTION_B)
    assert {one.entry_id for one in state.held} == {*TWO}
    assert not {*TWO} & state.rows.keys()
