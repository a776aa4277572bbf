"""No command writes a value into the extract that is not in the entry, unless a decision says so.

Shown by trying: everything beside the entries that an administrator can write (policy, decisions,
waivers, the profile of the DSP, the layout, the deliveries) is made to lie, and each lie is refused
or changes no cell.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from tests.clones import DELIVERIES, Clone, Done, new_clone, refused
from tests.lives import life_of
from tests.registers import GBCS_1_1, STANDING_ROW
from tests.rehearsals import Signer, new_signer
from tests.replays import table

BEFORE, ON = "2018-05-08", "2018-05-14"
TWO = ("esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005")
DSP, POLICY = "cpl/dcc/dsp-profile.yaml", "cpl/dcc/delivery-policy.yaml"
LAYOUT, WAIVERS = "cpl/dcc/extract-profile.yaml", "cpl/reference/waivers.yaml"
DECISION = "DEC-2018-900"
DECISION_FILE = f"cpl/panel/decisions/{DECISION}.yaml"
DECIDED = f"""\
reference: "{DECISION}"
date: "2018-05-14"
body: "Scenario Panel"
title: "GBCS 1.1 is sent as 1.0 for a time"
text: "Made up for a test; nobody decided this in 2018."
classification: white
status: published
illustrative: true
"""
WAIVER = """\
- rule: CPL714
  path: "cpl/dcc/delivery-policy.yaml"
  reason: "Made up for a test"
  reference: "DEC-2018-001"
  last_day: "2030-12-31"
"""


def policy(
    start: str = "2018-05-14",
    end: str | None = "2018-06-21",
    field: str = "gbcs_version",
    before: str = "1.1",
    after: str = "1.0",
    decision: str | None = DECISION,
) -> str:
    lines = [f'- start: "{start}"', "  policy: substitute", "  substitutions:"]
    lines[1:1] = [f'  end: "{end}"'] if end else []
    lines += [f"    - field: {field}", f'      from: "{before}"', f'      to: "{after}"']
    lines += [f'  decision: "{decision}"'] if decision else []
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return new_signer(tmp_path_factory.mktemp("keys"), "demo")


@pytest.fixture
def clone(tmp_path: Path, signer: Signer) -> Clone:
    """The scenario of 2018 with a delivery of the day before the two ESMEs were listed."""
    return new_clone(tmp_path / "register", GBCS_1_1, signer).delivered(BEFORE)


def other_values(clone: Clone, extract: bytes, on: str) -> list[tuple[str, str, str]]:
    """Cells that are not the text in the entry: entry, column, what the cell says.

    The entries' files are read here by themselves, and the columns by the contract's own names.
    """
    sources = {
        "technical_specification": "technical_specification.name",
        "technical_specification_version": "technical_specification.version",
        "manufacturer_image_hash": "manufacturer_image.sha256",
        "cpa_certificate": "assurance_certificates.CPA.number",
        "cpa_expires": "assurance_certificates.CPA.expires",
        "cpa_renewal_due": "assurance_certificates.CPA.renewal_due",
        "zigbee_certificate": "assurance_certificates.ZigBee.number",
        "dlms_certificate": "assurance_certificates.DLMS.number",
    }
    files = (clone.root / "cpl/devices").rglob("*.yaml")
    lives = {one.entry_id: one for one in (life_of(path.read_text("utf-8")) for path in files)}
    found = []
    for row in table(extract):
        values = lives[row["entry_id"]].values_on(date.fromisoformat(on))
        for column, cell in row.items():
            true = (
                row["entry_id"]
                if column == "entry_id"
                else values.get(sources.get(column, column), "")
            )
            if cell != true:
                found.append((row["entry_id"], column, cell))
    return found


def all_ways(clone: Clone, on: str) -> list[Done]:
    """The commands that write an extract, and what they say; `build` goes the same way."""
    build = clone.root / "build"
    return [
        clone.cpl("extract", "--on", on),
        clone.cpl("extract", "--on", on, "--out", build / "extract"),
        clone.cpl("extract", "--on", on, "--since", clone.serials[0]),
        clone.release(on, "--out", clone.root / "release" / "tried"),
    ]


def extracts(clone: Clone, done: list[Done]) -> list[bytes]:
    """What they wrote."""
    name = "cpl-dcc-extract.csv"
    paths = (clone.root / "build/extract" / name, clone.root / "release/tried" / name)
    assert all(one.code == 0 for one in done), [one.told for one in done]
    return [done[0].out, done[2].out, *(path.read_bytes() for path in paths)]


# ------------------------------------------------------------------------------------- the ways to lie


@dataclass(frozen=True, kw_only=True)
class Lie:
    """Files that are changed, and what the refusal says; None where the lie only has no effect."""

    files: dict[str, str]
    says: str | None = None
    text: Callable[[str], str] | None = None


def appended(path: str, text: str, **others: str) -> dict[str, str]:
    return {path: (GBCS_1_1 / path).read_text("utf-8") + text, **others}


def edited(path: str, before: str, after: str) -> dict[str, str]:
    text = (GBCS_1_1 / path).read_text("utf-8")
    assert text.count(before) == 1, before
    return {path: text.replace(before, after)}


def with_decision(text: str, decided: str = DECIDED) -> dict[str, str]:
    return {**appended(POLICY, text), DECISION_FILE: decided}


NAMES_NONE = "names no published decision: nothing is substituted"
LIES = {
    "a policy that cites no decision": Lie(
        files=appended(POLICY, policy(decision=None)), says="needs decision"
    ),
    "a policy that cites an unknown decision": Lie(
        files=appended(POLICY, policy()), says=NAMES_NONE
    ),
    "a policy that cites a draft": Lie(
        files=with_decision(policy(), DECIDED.replace("published", "draft")), says=NAMES_NONE
    ),
    "a policy that cites a campaign": Lie(
        files=appended(POLICY, policy(decision="CAM-2018-900"))
        | {
            "cpl/panel/campaigns/CAM-2018-900.yaml": "".join(
                f"{line}\n"
                for line in (
                    'reference: "CAM-2018-900"',
                    'title: "Made up"',
                    "selector:",
                    "  status: Active",
                    "corrected_by:",
                    "  - amendment",
                    'opened: "2018-05-01"',
                    'notice_months: "3"',
                    'body: "Scenario Panel"',
                )
            )
        },
        says="CAM-2018-900 names no published decision",
    ),
    "a policy without an end": Lie(files=with_decision(policy(end=None)), says="needs end"),
    "a policy that ends before it starts": Lie(
        files=with_decision(policy(end="2018-05-01")), says="ends before it starts"
    ),
    "a waiver of the rule that asks for the decision": Lie(
        files=appended(POLICY, policy()) | {WAIVERS: WAIVER}
    ),
    "a waiver, and a policy without an end": Lie(
        files=with_decision(policy(end=None)) | {WAIVERS: WAIVER}
    ),
    "a decision for another time": Lie(
        files=with_decision(policy(start="2018-05-15", end="2018-06-21"))
    ),
    "a decision that is over": Lie(
        files=with_decision(policy(start="2018-05-01", end="2018-05-13"))
    ),
    "a decision for another value": Lie(files=with_decision(policy(before="1.2"))),
    "a decision for a field that is no cause of a hold": Lie(
        files=with_decision(
            policy(field="technical_specification.version", before="2.0", after="9.9")
        )
    ),
    "a decision for a hash": Lie(
        files=with_decision(policy(field="manufacturer_image.sha256", before="1.1", after="0.0"))
    ),
    "a decision for something that the DSP does not know either": Lie(
        files=with_decision(policy(after="9.9"))
    ),
    "a decision whose values no cell may hold": Lie(
        files=with_decision(policy(after="=1+1")), says="cpl/dcc/delivery-policy.yaml"
    ),
    "a profile that knows no value of the entries": Lie(
        files=edited(DSP, '      - "1.0"\n    known_from: "2016-10-27"', '      - "9.9"'),
        says="no longer recognises gbcs_version 1.0",
    ),
    "a layout that computes": Lie(
        files=edited(
            LAYOUT, "    from: gbcs_version\n", "    from: gbcs_version\n    render: upper\n"
        ),
        says="cpl/dcc/extract-profile.yaml",
    ),
    "a layout with a constant": Lie(
        files=edited(LAYOUT, "    from: gbcs_version\n", '    from: "1.0"\n'),
        says="cpl/dcc/extract-profile.yaml",
    ),
    "a layout with a misspelt source": Lie(
        files=edited(LAYOUT, "    from: gbcs_version\n", "    from: gbcs_versoin\n"),
        says="the DSP would refuse gbcs_version",
    ),
    "a layout with another column": Lie(
        files=appended(LAYOUT, '  - name: "name"\n    from: model_name\n'),
        says="the columns are not those of the delivery",
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_beside_the_entries_is_refused_or_changes_no_cell(clone: Clone, name: str) -> None:
    lie = LIES[name]
    clone.write(lie.files)
    clone.commit(name)
    done = all_ways(clone, ON)
    if lie.says is not None:
        for one in done:
            refused(one, lie.says)
        assert clone.serials == [f"{BEFORE}-01"]
        assert not (clone.root / "release/tried").exists()
        return
    for extract in extracts(clone, done):
        assert other_values(clone, extract, ON) == []
        assert not {*TWO} & {row["entry_id"] for row in table(extract)}
    manifest = json.loads((clone.root / "release/tried/manifest.json").read_bytes())
    assert manifest["substituted"] == []
    assert manifest["counts"]["held"]["dsp-does-not-recognise"] == 2


def test_with_a_published_decision_it_is_written_and_named(clone: Clone) -> None:
    """Else the tests above would prove nothing."""
    clone.write(with_decision(policy()))
    clone.commit("Decided")
    untrue = [(name, "gbcs_version", "1.0") for name in TWO]
    for extract in extracts(clone, all_ways(clone, ON)):
        assert other_values(clone, extract, ON) == untrue
    manifest = json.loads((clone.root / "release/tried/manifest.json").read_bytes())
    assert manifest["substituted"] == [
        {
            "entry_id": name,
            "field": "gbcs_version",
            "value": "1.1",
            "sent": "1.0",
            "decision": DECISION,
        }
        for name in TWO
    ]


def test_a_build_has_the_same_extract(clone: Clone) -> None:
    clone.write(LIES["a waiver of the rule that asks for the decision"].files)
    clone.commit("Waived")
    out = clone.root / "build" / "all"
    clone.must("build", "--on", ON, "--out", out)
    built = [(out / name / "cpl-dcc-extract.csv").read_bytes() for name in ("dcc", "site/dcc")]
    assert built == [clone.must("extract", "--on", ON).out] * 2
    assert other_values(clone, built[0], ON) == []


def test_what_only_tries_changes_nothing(clone: Clone, tmp_path: Path) -> None:
    """A simulation and a rehearsal take other policies and profiles, and write neither."""
    other = tmp_path / "policy.yaml"
    other.write_text((GBCS_1_1 / POLICY).read_text("utf-8") + policy(), encoding="utf-8")
    period = ("--from", "2018-05-09", "--until", "2018-06-22", "--on", ON)
    clone.must("simulate", "--policy", "substitute", "--policy-file", other, *period)
    clone.must("simulate", "--policy", "substitute", *period)
    profile = tmp_path / "profile.yaml"
    profile.write_text((GBCS_1_1 / DSP).read_text("utf-8").replace('"1.0"', '"9.9"'), "utf-8")
    smi = tmp_path / "smi.sqlite"
    folder = clone.folder(f"{BEFORE}-01")
    assert clone.cpl("rehearse", folder, "--smi", smi, "--profile", profile).code == 1
    assert clone.git("status", "--porcelain") == ""
    assert other_values(clone, clone.must("extract", "--on", ON).out, ON) == []


# --------------------------------------------------------------------------------- edited deliveries


@pytest.fixture
def standing(tmp_path: Path, signer: Signer) -> Clone:
    """An amendment is held from 21 May 2018: what the last delivery sent of the meter stands."""
    made = new_clone(tmp_path / "standing", STANDING_ROW, signer)
    return made.delivered("2018-05-17", "2018-05-18")


METER, HELD_ON = "esme-f0b1-0021-01-00-0d010008", "2018-05-21"


def cell_changed(text: str) -> str:
    """The meter's ZigBee certificate in a delivery's file has another number."""
    row = text[text.index(f'entry_id: "{METER}"') :]
    number = next(line for line in row.splitlines() if "ZIG" in line)
    assert text.count(number) == 1
    return text.replace(number, number.replace("ZIG", "GIZ"))


def digest_mended(clone: Clone, text: str, serial: str) -> str:
    """The delivery's digest of its extract agrees with its forged rows again."""
    folder = clone.folder(serial)
    extract = (folder / "cpl-dcc-extract.csv").read_bytes()
    row = next(line for line in extract.split(b"\r\n") if line.startswith(METER.encode()))
    forged = extract.replace(row, row.replace(b"ZIG", b"GIZ"))
    old, new = (sha256(one).hexdigest() for one in (extract, forged))
    assert text.count(old) == 1
    return text.replace(old, new)


def test_the_standing_row_is_the_row_that_was_sent(standing: Clone) -> None:
    extract = standing.must("extract", "--on", HELD_ON).out
    assert other_values(standing, extract, HELD_ON) == [(METER, "gbcs_version", "1.0")]
    assert other_values(standing, extract, "2018-05-18") == []


@pytest.mark.parametrize("waived", [False, True])
def test_a_changed_cell_in_a_delivery_is_refused(standing: Clone, waived: bool) -> None:
    """The meter's row came with the first delivery; a waiver of the rule does not help."""
    path = f"{DELIVERIES}/2018-05-17-01.yaml"
    standing.write({path: cell_changed((standing.root / path).read_text("utf-8"))})
    if waived:
        files = (path, f"{DELIVERIES}/2018-05-18-01.yaml")
        waivers = (
            WAIVER.replace("CPL714", rule).replace(POLICY, file)
            for rule in ("CPL711", "CPL712")
            for file in files
        )
        standing.write({WAIVERS: "".join(waivers)})
    standing.commit("Forged")
    says = "what its entry never said" if waived else "the rows do not lead to the extract"
    for one in all_ways(standing, HELD_ON):
        refused(one, says)
    for day in ("17", "18"):
        done = standing.cpl("verify", standing.folder(f"2018-05-{day}-01"), "--chain")
        refused(done, f"{DELIVERIES}/2018-05-17-01.yaml")


def test_a_forged_first_delivery_breaks_the_chain_after_it(standing: Clone) -> None:
    serial = "2018-05-17-01"
    path = f"{DELIVERIES}/{serial}.yaml"
    text = cell_changed((standing.root / path).read_text("utf-8"))
    standing.write({path: digest_mended(standing, text, serial)})
    standing.commit("Forged")
    for one in all_ways(standing, HELD_ON):
        refused(one, "the file of 2018-05-17-01 has another digest: it was changed")


def test_a_forged_last_delivery_cannot_put_a_word_into_the_extract(standing: Clone) -> None:
    """No later link tells that the last one was exchanged; the entry's own history does."""
    last = standing.root / DELIVERIES / "2018-05-18-01.yaml"
    last.unlink()
    standing.commit("As if there had been one delivery")
    serial = "2018-05-17-01"
    path = f"{DELIVERIES}/{serial}.yaml"
    text = cell_changed((standing.root / path).read_text("utf-8"))
    standing.write({path: digest_mended(standing, text, serial)})
    standing.commit("Forged")
    for one in all_ways(standing, HELD_ON):
        refused(one, f"the standing row of {METER} says what its entry never said")
    refused(standing.cpl("verify", standing.folder(serial), "--chain"), "SHA-256 of the extract")


def test_a_delivery_that_calls_a_row_misstated_needs_the_decision_too(standing: Clone) -> None:
    """As if it had been sent altered under a decision that nobody made."""
    standing.release(HELD_ON)
    path = f"{DELIVERIES}/{HELD_ON}-01.yaml"
    text = (standing.root / path).read_text("utf-8")
    for before, after in (
        ("reason: dsp-does-not-recognise", "reason: substituted"),
        ("standing_row: previous", "standing_row: misstated"),
    ):
        assert text.count(before) == 1
        text = text.replace(before, after)
    standing.write({path: text})
    standing.commit("Forged")
    for one in all_ways(standing, "2018-05-22"):
        refused(one, f"{METER} is misstated without a decision")


def test_an_answer_brings_no_value(clone: Clone, tmp_path: Path) -> None:
    """Whatever the DCC answers, a row that is sent says what the entry says."""
    answer = tmp_path / "answer.csv"
    lines = ["serial,entry_id,logical_device,result,reason,at"]
    rows = table(clone.must("extract", "--on", BEFORE).out)
    for number, row in enumerate(rows):
        result = ("loaded,", 'rejected,"GBCS 9.9 is right"')[number % 2]
        start = f"{BEFORE}-01,{row['entry_id']}"
        devices = ("CHF", "GPF") if row["device_type"] == "CH" else ("",)
        lines += [f"{start},{device},{result},2018-05-08T12:00:00Z" for device in devices]
    answer.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")
    assert clone.cpl("acknowledge", answer, "--on", BEFORE).code == 1
    clone.commit("Answered")
    for extract in extracts(clone, all_ways(clone, ON)):
        assert other_values(clone, extract, ON) == []
