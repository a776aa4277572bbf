"""`cpl release`: serials that are never used twice, mass changes, signatures made elsewhere."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cpl_registry.edges import answering, clock, releasing
from cpl_registry.edges.delivery_chain import fingerprint_of
from cpl_registry.edges.verify import certificate_of

from tests.clones import DELIVERIES, Clone, Done, new_clone, refused
from tests.registers import GBCS_1_1
from tests.rehearsals import Signer, new_signer
from tests.releases import openssl

BEFORE, ON = "2018-05-08", "2018-05-14"
REMOVED = """\
  - date: "2018-05-14"
    event: removed
    status: Withdrawn
    cause: {cause}
    reason: "Made up for a test"
    reference: "{reference}"
"""
DECISION = "DEC-2018-900"
DECIDED = f"""\
reference: "{DECISION}"
date: "2018-05-14"
body: "Scenario Panel"
title: "Removals"
text: "Made up for a test."
classification: white
status: published
illustrative: true
"""
CAMPAIGN = "CAM-2018-900"
CAMPAIGN_FILE = f"""\
reference: "{CAMPAIGN}"
title: "Made up for a test"
selector:
  status: Active
corrected_by:
  - amendment
opened: "2018-05-01"
notice_months: "3"
body: "Scenario Panel"
illustrative: true
"""

HEADER = "# yaml-language-server: $schema=../../schema/keys.schema.json\n"
RECORD = """\
- sha256: "{sha256}"
  name: "Demo signer"
  start: "{start}"
  end: "2099-12-31"
"""
WITHDRAWN = """\
  withdrawn: "2018-05-01"
  reason: "Made up for a test"
  reference: "DEC-2018-001"
"""
OWN, OTHER = "own", "0" * 64


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return new_signer(tmp_path_factory.mktemp("keys"), "demo")


@pytest.fixture
def clone(tmp_path: Path, signer: Signer) -> Clone:
    """The scenario of 2018 with one delivery."""
    return new_clone(tmp_path / "register", GBCS_1_1, signer).delivered(BEFORE)


def serial_of(done: Done) -> str:
    assert done.code == 0, done.told
    return done.out.decode().split()[0]


def remove(clone: Clone, count: int, cause: str = "panel-decision", to: str = DECISION) -> None:
    """Removals of Active entries, dated 14 May 2018 and committed."""
    active = [one.entry for one in clone.state(date(2018, 5, 8)).active]
    for entry in active[:count]:
        clone.append(entry.path, REMOVED.format(cause=cause, reference=to))
    clone.commit(f"{count} removals")


# --------------------------------------------------------------------------------------- serials


def test_a_delivery_in_review_stops_the_next_one(clone: Clone) -> None:
    """The workflow puts a delivery's file on a branch; until it is merged nothing is built on."""
    first = serial_of(clone.release(ON))
    clone.git("switch", "--quiet", "--create", f"delivery/{first}")
    clone.commit("In review")
    clone.git("switch", "--quiet", "main")
    assert first not in clone.serials
    refused(
        clone.release(ON), f"the delivery {first}.yaml was made", f"commit {DELIVERIES}/{first}"
    )
    # Nor the next day: the chain would fork.
    refused(clone.release("2018-05-15"), f"the delivery {first}.yaml was made")
    clone.git("merge", "--quiet", "--ff-only", f"delivery/{first}")
    second = serial_of(clone.release(ON))
    assert (first, second) == (f"{ON}-01", f"{ON}-02")
    assert clone.delivery(second).based_on == first
    assert clone.cpl("validate", "--on", ON).code == 0


@pytest.mark.parametrize("kept_by", ["remote branch", "tag"])
def test_wherever_git_keeps_the_delivery_it_counts(clone: Clone, kept_by: str) -> None:
    first = serial_of(clone.release(ON))
    clone.git("switch", "--quiet", "--create", "review")
    clone.commit("In review")
    name = {"remote branch": "refs/remotes/origin/review", "tag": f"refs/tags/{first}"}[kept_by]
    clone.git("update-ref", name, "HEAD")
    clone.git("switch", "--quiet", "main")
    clone.git("branch", "--quiet", "-D", "review")
    refused(clone.release(ON), f"the delivery {first}.yaml was made")


def test_a_delivery_that_was_taken_out_of_the_register_is_missed(clone: Clone) -> None:
    (clone.root / DELIVERIES / f"{BEFORE}-01.yaml").unlink()
    refused(clone.release(ON), f"the delivery {BEFORE}-01.yaml was made")


def test_the_serial_of_an_abandoned_release_is_not_used_again(clone: Clone) -> None:
    abandoned = serial_of(clone.release(ON))
    (clone.root / DELIVERIES / f"{abandoned}.yaml").unlink()
    kept = (clone.folder(abandoned) / "manifest.json").read_bytes()
    following = serial_of(clone.release(ON))
    assert (abandoned, following) == (f"{ON}-01", f"{ON}-02")
    assert (clone.folder(abandoned) / "manifest.json").read_bytes() == kept
    # Nothing builds on what was never sent.
    assert clone.delivery(following).based_on == f"{BEFORE}-01"
    assert clone.cpl("verify", clone.folder(following), "--chain").code == 0
    refused(clone.cpl("verify", clone.folder(abandoned), "--chain"), "no delivery has this serial")


def test_two_deliveries_on_one_day_form_one_chain(clone: Clone) -> None:
    first = serial_of(clone.release(ON))
    remove(clone, 1)
    second = serial_of(clone.release(ON))
    assert (first, second) == (f"{ON}-01", f"{ON}-02")
    one, two = clone.delivery(first), clone.delivery(second)
    assert (two.based_on, two.previous) == (first, one.own_digest)
    assert (len(one.delta), [row.change for row in two.delta]) == (0, ["removed"])
    for serial in (first, second):
        assert clone.cpl("verify", clone.folder(serial), "--chain").code == 0


def test_a_release_is_never_written_over(clone: Clone) -> None:
    refused(clone.release(ON, "--out", clone.folder(f"{BEFORE}-01")), "never written over")
    assert clone.serials == [f"{BEFORE}-01"]


def test_a_day_has_no_more_serials_than_its_two_digits_tell(clone: Clone) -> None:
    clone.folder(f"{ON}-99").mkdir()
    refused(clone.release(ON), "has used its 99 serials")


def test_a_day_before_the_last_delivery_is_refused(clone: Clone) -> None:
    serial_of(clone.release(ON))
    refused(clone.release("2018-05-11"), f"{ON}-01 was sent after 2018-05-11")


def test_what_is_not_committed_is_not_released(clone: Clone) -> None:
    clone.append("cpl/dcc/dsp-profile.yaml", "# not committed\n")
    refused(clone.release(ON), "differs from its commit")


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """It is this moment, for everything that asks."""
    for module in (clock, releasing, answering):
        monkeypatch.setattr(module, "now", lambda: moment, raising=False)
        monkeypatch.setattr(module, "today", moment.date, raising=False)


def test_what_is_taken_over_in_the_morning_is_followed_in_the_morning(
    tmp_path: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No delivery is sent before the one that it is based on, whatever the hour."""
    clone = new_clone(tmp_path / "register", GBCS_1_1, signer)
    held = tmp_path / "held.csv"
    held.write_bytes(clone.must("extract", "--on", BEFORE).out)
    at(monkeypatch, datetime(2018, 5, 8, 7, 0, tzinfo=UTC))
    clone.must("baseline", held, "--on", BEFORE)
    at(monkeypatch, datetime(2018, 5, 8, 7, 30, tzinfo=UTC))
    serial = serial_of(clone.release(BEFORE))
    assert clone.delivery(serial).sent_at == datetime(2018, 5, 8, 7, 30, tzinfo=UTC)
    assert clone.cpl("validate", "--on", BEFORE).code == 0


def test_a_clock_that_went_back_stops_the_release(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial_of(clone.release(ON))  # at noon, since the day is not today
    at(monkeypatch, datetime(2018, 5, 14, 6, 0, tzinfo=UTC))
    refused(clone.release(ON), f"{ON}-01 was sent at 2018-05-14T11:00:00Z", "mend the clock")
    assert clone.cpl("validate", "--on", ON).code == 0


# ------------------------------------------------------------------------------------ mass changes


def test_five_removals_go_and_six_need_a_reason(clone: Clone) -> None:
    remove(clone, 5)
    assert len(clone.delivery(serial_of(clone.release(ON))).delta) == 5


def test_a_published_decision_or_a_campaign_explains_six_removals(clone: Clone) -> None:
    remove(clone, 6)
    stopped = clone.release(ON)
    refused(stopped, "6 removals and changes in one delivery, more than 5", "--decision ID")
    assert stopped.err.count(": removed") == 6
    refused(clone.release(ON, "--decision", DECISION), f"{DECISION} names no published decision")
    draft = DECIDED.replace("status: published", "status: draft")
    path = f"cpl/panel/decisions/{DECISION}.yaml"
    clone.write({path: draft})
    clone.commit("A draft")
    refused(clone.release(ON, "--decision", DECISION), f"{DECISION} names no published decision")
    clone.write({path: DECIDED, f"cpl/panel/campaigns/{CAMPAIGN}.yaml": CAMPAIGN_FILE})
    clone.commit("Decided")
    refused(clone.release(ON), "6 removals and changes")
    serial = serial_of(clone.release(ON, "--decision", DECISION))
    assert clone.delivery(serial).decision == DECISION
    assert clone.cpl("verify", clone.folder(serial), "--chain").code == 0


def test_a_campaign_that_the_removals_cite_counts_once(clone: Clone) -> None:
    clone.write({f"cpl/panel/campaigns/{CAMPAIGN}.yaml": CAMPAIGN_FILE})
    remove(clone, 7, to=CAMPAIGN)
    assert len(clone.delivery(serial_of(clone.release(ON))).delta) == 7


# -------------------------------------------------------------------------- signatures made elsewhere


@pytest.fixture
def unsigned(clone: Clone) -> Path:
    """A release that waits for its signature."""
    serial = serial_of(clone.cpl("release", "--on", ON, "--unsigned"))
    folder = clone.folder(serial)
    assert not (folder / "manifest.json.p7s").exists()
    refused(clone.cpl("verify", folder, "--chain"), "manifest.json.p7s: missing")
    return folder


def holds(clone: Clone, folder: Path) -> None:
    trusted = ("--certificate", clone.signer.certificate)
    assert clone.cpl("verify", folder, "--chain", "--on", ON, *trusted).code == 0
    sums = (folder / "SHA256SUMS").read_text().splitlines()
    names = sorted(path.name for path in folder.iterdir() if path.name != "SHA256SUMS")
    assert [line.split("  ")[1] for line in sums] == names
    left = [path.name for path in folder.parent.iterdir() if path.name.startswith(".")]
    assert left == []


def signed_by_hand(manifest: Path, signer: Signer, to: Path) -> Path:
    """The one line that the signing machine runs."""
    own = ("-signer", signer.certificate, "-inkey", signer.key)
    form = ("-binary", "-outform", "DER", "-md", "sha256")
    openssl("cms", "-sign", *form, "-in", manifest, *own, "-out", to)
    return to


def test_it_can_be_signed_by_the_command_on_another_machine(clone: Clone, unsigned: Path) -> None:
    own = ("--key", clone.signer.key, "--certificate", clone.signer.certificate)
    done = clone.cpl_alone("sign", unsigned, *own)
    assert done.code == 0, done.told
    holds(clone, unsigned)
    refused(clone.cpl_alone("sign", unsigned, *own), "signed already")


def test_it_can_be_signed_by_openssl_alone_and_attached(
    clone: Clone, unsigned: Path, tmp_path: Path
) -> None:
    manifest = unsigned / "manifest.json"
    signature = signed_by_hand(manifest, clone.signer, tmp_path / "manifest.json.p7s")
    clone.must("release", "--attach", signature, "--out", unsigned)
    holds(clone, unsigned)
    refused(clone.cpl("release", "--attach", signature, "--out", unsigned), "signed already")


def test_a_signature_over_something_else_is_not_attached(
    clone: Clone, unsigned: Path, tmp_path: Path
) -> None:
    other = clone.folder(f"{BEFORE}-01") / "manifest.json"
    signature = signed_by_hand(other, clone.signer, tmp_path / "other.p7s")
    before = {path.name: path.read_bytes() for path in unsigned.iterdir()}
    done = clone.cpl("release", "--attach", signature, "--out", unsigned)
    refused(done, "made over another manifest")
    assert {path.name: path.read_bytes() for path in unsigned.iterdir()} == before


def test_what_was_changed_before_it_was_signed_is_not_signed(clone: Clone, unsigned: Path) -> None:
    path = unsigned / "cpl-dcc-extract.csv"
    path.write_bytes(path.read_bytes().replace(b",1.0,", b",1.1,", 1))
    own = ("--key", clone.signer.key, "--certificate", clone.signer.certificate)
    refused(clone.cpl_alone("sign", unsigned, *own), "cpl-dcc-extract.csv")
    assert not (unsigned / "manifest.json.p7s").exists()


def test_the_manifest_names_the_commit_and_the_delivery_before(clone: Clone) -> None:
    commit = clone.git("rev-parse", "HEAD").strip()
    serial = serial_of(clone.release(ON))
    manifest = json.loads((clone.folder(serial) / "manifest.json").read_bytes())
    delivery = clone.delivery(serial)
    assert (manifest["commit"], delivery.commit) == (commit, commit)
    assert manifest["previous"] == clone.delivery(f"{BEFORE}-01").own_digest


@pytest.mark.parametrize(
    ("sha256", "start", "more", "says"),
    [
        (OTHER, "2018-01-01", "", "keys.yaml does not record the signer demo, SHA-256"),
        (OWN, "2098-01-01", "", "Demo signer counts only from 2098-01-01"),
        (OWN, "2018-01-01", WITHDRAWN, "Demo signer was withdrawn on 2018-05-01"),
        (OWN, "2018-01-01", "", None),
    ],
)
def test_what_the_register_does_not_count_signs_no_delivery(
    clone: Clone, tmp_path: Path, sha256: str, start: str, more: str, says: str | None
) -> None:
    """A delivery that nobody would take must not be made: the next one would go on from it."""
    own = fingerprint_of(certificate_of(clone.signer.certificate))
    record = RECORD.format(sha256=own if sha256 == OWN else sha256, start=start)
    clone.write({"cpl/dcc/keys.yaml": HEADER + record + more})
    clone.commit("Who signs")
    before = clone.serials
    done = clone.release(ON)
    if says is None:
        assert done.code == 0, done.told
        return
    refused(done, says, "sign with a certificate that counts")
    assert (clone.serials, clone.folder(f"{ON}-01").exists()) == (before, False)

    unsigned = clone.folder(serial_of(clone.cpl("release", "--on", ON, "--unsigned")))
    files = {path.name: path.read_bytes() for path in unsigned.iterdir()}
    manifest = unsigned / "manifest.json"
    signature = signed_by_hand(manifest, clone.signer, tmp_path / "manifest.json.p7s")
    refused(clone.cpl("release", "--attach", signature, "--out", unsigned), says)
    assert {path.name: path.read_bytes() for path in unsigned.iterdir()} == files
