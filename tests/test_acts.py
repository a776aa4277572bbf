"""Acts on entries: the value and its history line in one go, canonical, whole or not at all."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cpl_registry.edges import installation, proposing
from cpl_registry.edges.acts import carried_out
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.fixing import repairs
from cpl_registry.edges.reading import read
from cpl_registry.records.device_model import EntryId, Event
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import field_paths
from cpl_registry.state.acts import Act, NotDone, acted

from tests.clones import Done, cpl_here, refused
from tests.rule_cases import ON, REGISTER

ENTRY = "esme-f0a1-0005-02-03-38040401"
PATH = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040401.yaml"
WAITING = "esme-f0a1-0005-02-03-38040409"
WAITING_PATH = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040409.yaml"
HASH = "4583B02951295305A39F8536A7DAB461BF573E2F737AA14EC21E28D4A65377E1"
DECISION = "DEC-2026-001"
REMOVAL = ("--status", "Withdrawn", "--cause", "certificate-withdrawn", "--reference", DECISION)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A register with an entry that is listed and one that waits."""
    shutil.copytree(REGISTER / "cpl", tmp_path / "cpl")
    text = (tmp_path / PATH).read_text("utf-8").partition('  - date: "2020-03-03"')[0]
    text = text.replace('"38040401"', '"38040409"').replace(HASH, HASH[::-1])
    (tmp_path / WAITING_PATH).write_text(text, "utf-8")
    assert not read(tmp_path, ON).report.failed
    return tmp_path


def act(root: Path, *arguments: str, on: str = "2026-11-22") -> Done:
    return cpl_here(*arguments, "--root", root, "--on", on)


def text_of(root: Path, path: str = PATH) -> str:
    return (root / path).read_text("utf-8")


def everything(root: Path) -> dict[str, bytes]:
    files = (path for path in (root / "cpl").rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def done(root: Path, *arguments: str, on: str = "2026-11-22") -> str:
    """An act that is done: what it printed. The register is right and canonical afterwards."""
    answer = act(root, *arguments, on=on)
    assert answer.code == 0, answer.told
    assert not read(root, ON).report.failed
    assert list(repairs(root)) == []
    return answer.out.decode()


def new_lines(root: Path, before: str, path: str = PATH) -> str:
    """What an act added at the end of the file."""
    after = text_of(root, path)
    kept = before.partition("history:")[2]
    return after.partition("history:")[2].removeprefix(kept)


def test_an_emergency_removal_is_one_command_with_its_clock(root: Path) -> None:
    before = text_of(root)
    reason = ("--reason", "CPA certificate withdrawn tonight")
    told = done(root, "remove", ENTRY, *REMOVAL, *reason, on="2026-11-20")
    assert text_of(root) == before + (
        '  - date: "2026-11-20"\n'
        "    event: removed\n"
        "    status: Withdrawn\n"
        "    cause: certificate-withdrawn\n"
        '    reason: "CPA certificate withdrawn tonight"\n'
        f'    reference: "{DECISION}"\n'
    )
    assert "+    status: Withdrawn" in told
    assert f"removed: {ENTRY}; devices of this model will be suspended" in told
    assert "due at the DCC by the end of Monday 23 November 2026, one Working Day" in told
    assert told.endswith(f"commit {PATH}\n")


def test_a_dry_run_shows_the_same_and_writes_nothing(root: Path) -> None:
    before = everything(root)
    shown = act(root, "remove", ENTRY, *REMOVAL, "--dry-run")
    assert shown.code == 0
    assert everything(root) == before
    told = done(root, "remove", ENTRY, *REMOVAL)
    assert shown.out.decode().partition("\na dry run")[0] == told.partition("\ncommit")[0]


def test_a_submission_is_accepted(root: Path) -> None:
    before = text_of(root, WAITING_PATH)
    told = done(root, "accept", WAITING, "--reference", "SUB-2026-0001")
    assert new_lines(root, before, WAITING_PATH) == (
        '  - date: "2026-11-22"\n    event: listed\n    reference: "SUB-2026-0001"\n'
    )
    assert f"added: {WAITING}" in told
    assert "Monday 23 November 2026" in told


def test_a_submission_is_closed(root: Path) -> None:
    before = text_of(root, WAITING_PATH)
    done(root, "close", WAITING, "--reason", "Withdrawn by its maker")
    assert "event: closed" in new_lines(root, before, WAITING_PATH)


def test_a_removed_entry_is_reinstated(root: Path) -> None:
    done(root, "remove", ENTRY, *REMOVAL)
    before = text_of(root)
    told = done(root, "reinstate", ENTRY, "--reference", DECISION)
    assert "event: reinstated" in new_lines(root, before)
    assert f"added: {ENTRY}" in told


def test_changed_fields_stand_in_the_order_of_the_schema(root: Path) -> None:
    before = text_of(root)
    given = (
        "assurance_certificates.CPA.number=DEMO-CPA-0009",
        "gbcs_version=3.1",
        "model_name=AM-101",
    )
    done(root, "amend", ENTRY, *given)
    assert new_lines(root, before) == (
        '  - date: "2026-11-22"\n'
        "    event: amended\n"
        "    changed:\n"
        "      model_name:\n"
        '        from: "AM-100 single phase"\n'
        '        to: "AM-101"\n'
        "      gbcs_version:\n"
        '        from: "3.2"\n'
        '        to: "3.1"\n'
        "      assurance_certificates.CPA.number:\n"
        '        from: "DEMO-CPA-0001"\n'
        '        to: "DEMO-CPA-0009"\n'
    )


def test_a_field_is_dropped_and_added(root: Path) -> None:
    done(root, "amend", ENTRY, "model_name=")
    assert "model_name: " not in text_of(root).partition("history:")[0]
    assert text_of(root).endswith('      model_name:\n        from: "AM-100 single phase"\n')
    done(root, "amend", ENTRY, "model_name=AM-100 single phase")
    assert text_of(root).endswith('      model_name:\n        to: "AM-100 single phase"\n')


def test_evidence_and_lists_go_with_commas(root: Path) -> None:
    given = (
        "evidence.zigbee-firmware-mapping=DEMO-EV-1,DEMO-EV-2",
        f"manufacturer_image.upgrades_from={ENTRY}",
    )
    done(root, "amend", WAITING, *given)
    text = text_of(root, WAITING_PATH)
    assert '    reference: "DEMO-EV-2"\n' in text.partition("history:")[0]
    assert f'  upgrades_from:\n    - "{ENTRY}"\n' in text
    done(root, "amend", WAITING, "evidence.zigbee-firmware-mapping=")
    assert "evidence:" not in text_of(root, WAITING_PATH).partition("history:")[0]


def test_a_certificate_is_dropped_whole(root: Path) -> None:
    answer = act(root, "amend", ENTRY, "assurance_certificates.DLMS=", "--dry-run")
    refused(answer, "CPL301")
    told = answer.out.decode()
    assert "assurance_certificates.DLMS.number" in told
    assert "assurance_certificates.DLMS.issued" in told


def test_a_renewal_changes_only_what_is_new(root: Path) -> None:
    before = text_of(root)
    told = done(
        root,
        "renew",
        ENTRY,
        "--number",
        "DEMO-CPA-0001",
        "--issued",
        "2026-11-01",
        "--expires",
        "2032-11-01",
    )
    assert new_lines(root, before) == (
        '  - date: "2026-11-22"\n'
        "    event: amended\n"
        "    changed:\n"
        "      assurance_certificates.CPA.issued:\n"
        '        from: "2020-02-03"\n'
        '        to: "2026-11-01"\n'
        "      assurance_certificates.CPA.expires:\n"
        '        from: "2030-02-03"\n'
        '        to: "2032-11-01"\n'
    )
    assert "certificate renewal" in told


def test_a_renewal_may_turn_a_certificate_into_a_lifetime_one_and_back(root: Path) -> None:
    done(root, "renew", ENTRY, "--renewal-due", "2032-11-01")
    assert '    renewal_due: "2032-11-01"\n' in text_of(root)
    assert "    expires: " not in text_of(root).partition("history:")[0]
    done(root, "renew", ENTRY, "--expires", "2033-11-01")
    assert "    renewal_due: " not in text_of(root).partition("history:")[0]


def test_another_scheme_is_renewed(root: Path) -> None:
    done(
        root,
        "renew",
        ENTRY,
        "--scheme",
        "DLMS",
        "--number",
        "DEMO-DLMS-2",
        "--issued",
        "2026-01-02",
    )
    assert '  - scheme: DLMS\n    number: "DEMO-DLMS-2"\n    issued: "2026-01-02"\n' in text_of(
        root
    )


def test_a_hash_is_corrected_and_never_amended(root: Path) -> None:
    field = f"manufacturer_image.sha256={HASH[1:]}0"
    refused(act(root, "amend", ENTRY, field), "CPL609", "nothing is written")
    refused(act(root, "correct", ENTRY, field), "CPL604", "needs reference")
    done(root, "correct", ENTRY, field, "--reference", DECISION)
    assert f'  sha256: "{HASH[1:]}0"\n' in text_of(root)


def test_one_entered_in_error_names_its_replacement(root: Path) -> None:
    done(root, "accept", WAITING)
    error = (
        "remove",
        ENTRY,
        "--status",
        "Cancelled",
        "--cause",
        "entered-in-error",
        "--reference",
        DECISION,
    )
    refused(act(root, *error), "CPL605")
    done(root, *error, "--replaced-by", WAITING)
    assert f'    replaced_by: "{WAITING}"\n' in text_of(root)


def refusals() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Name, arguments, words of the reason."""
    yield (
        "no reference",
        ("remove", ENTRY, "--status", "Expired", "--cause", "certificate-expired"),
        ("CPL604",),
    )
    yield (
        "no status",
        ("remove", ENTRY, "--cause", "certificate-expired", "--reference", DECISION),
        ("CPL603", "status"),
    )
    yield "not listed", ("remove", WAITING, *REMOVAL), ("CPL602", "waits to be listed")
    yield "listed already", ("accept", ENTRY), ("CPL602", "already listed")
    yield "not removed", ("reinstate", ENTRY, "--reference", DECISION), ("CPL602",)
    yield "closed though listed", ("close", ENTRY), ("CPL602",)
    yield "unknown entry", ("accept", "esme-0000-0000-00-00-00000000"), ("no entry", "cpl status")
    yield "unknown field", ("amend", ENTRY, "gbcs_verison=3.1"), ("did you mean gbcs_version",)
    yield (
        "short field",
        ("amend", ENTRY, "cpa.expires=2031-01-01"),
        ("assurance_certificates.CPA.expires",),
    )
    yield "field of no meaning", ("amend", ENTRY, "qqqqqqqq=1"), ("no field qqqqqqqq",)
    yield "a group", ("amend", ENTRY, "technical_specification=4.2"), ("no field", "did you mean")
    yield "the history", ("amend", ENTRY, "history=x"), ("no field history",)
    yield (
        "key",
        ("amend", ENTRY, "firmware_version=38040402"),
        ("never changes", "entered-in-error"),
    )
    yield "manufacturer", ("correct", ENTRY, "manufacturer=caldera-gas"), ("never changes",)
    yield "no change", ("amend", ENTRY, "gbcs_version=3.2"), ("is 3.2 already",)
    yield "nothing to drop", ("amend", WAITING, "evidence.other="), ("has no evidence.other",)
    yield "wrong value", ("amend", ENTRY, "gbcs_version=V3"), ("digits",)
    yield "wrong day", ("renew", ENTRY, "--expires", "2031-02-30"), ("expires is not a date",)
    yield "control character", ("amend", ENTRY, "model_name=a\x1b[31mb"), ("not allowed",)
    yield "reason that is no text", ("close", WAITING, "--reason", "=cmd"), ("reason",)
    yield "field that is always there", ("amend", ENTRY, "gbcs_version="), ("missing field",)
    yield "day before the last line", ("remove", ENTRY, *REMOVAL, "--on", "2020-01-01"), ("CPL601",)
    yield (
        "two ends",
        ("renew", ENTRY, "--expires", "2031-01-01", "--renewal-due", "2031-01-01"),
        ("never both",),
    )
    yield "no part", ("renew", ENTRY), ("say what is new",)
    yield "same certificate", ("renew", ENTRY, "--expires", "2030-02-03"), ("nothing is renewed",)
    yield "no field", ("amend", ENTRY), ("FIELD=VALUE",)
    yield "no entry", ("amend", "gbcs_version=3.1"), ("name an entry",)
    yield "field twice", ("amend", ENTRY, "model_name=A", "model_name=B"), ("once",)
    yield "one of two", ("accept", WAITING, ENTRY), ("CPL602",)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [pytest.param(arguments, words, id=name) for name, arguments, words in refusals()],
)
def test_what_cannot_be_is_refused_with_the_reason(
    root: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    before = everything(root)
    answer = (
        act(root, *arguments) if "--on" not in arguments else cpl_here(*arguments, "--root", root)
    )
    refused(answer, *words)
    assert everything(root) == before
    assert "\x1b" not in answer.told
    assert "due at the DCC" not in answer.told


def test_several_entries_go_together(root: Path) -> None:
    done(root, "accept", WAITING)
    told = done(root, "amend", ENTRY, WAITING, "gbcs_version=3.1", "--reference", "SUB-2026-0002")
    for path in (PATH, WAITING_PATH):
        assert text_of(root, path).endswith('        to: "3.1"\n    reference: "SUB-2026-0002"\n')
        assert f"commit {path}\n" in told


def test_where_one_file_cannot_be_written_none_is(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(root)

    replaced = Path.replace
    here: list[Path] = []

    def failing(path: Path, target: Path) -> Path:
        if target == root / WAITING_PATH and b"AM-7" in path.read_bytes():
            raise OSError(28, "No space left on device", str(path))
        here.append(target)
        return replaced(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    answer = act(root, "amend", WAITING, "model_name=AM-7")
    assert answer.code == 2, answer.told
    assert everything(root) == before
    answer = act(root, "amend", ENTRY, WAITING, "model_name=AM-7")
    assert "No space left" in answer.err
    assert root / PATH in here  # the first was in its place, and was put back
    assert everything(root) == before


def test_a_file_that_was_changed_meanwhile_is_left_alone(root: Path) -> None:
    proposed = carried_out(root, ON, [WAITING], lambda _: Act(event=Event.LISTED, day=ON))
    (root / WAITING_PATH).write_text(text_of(root, WAITING_PATH) + "\n", "utf-8")
    before = everything(root)
    with pytest.raises(CannotJudge, match="changed meanwhile"):
        proposing.write(proposed)
    assert everything(root) == before


def test_an_entry_is_named_by_its_path_or_in_any_case(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "cpl" / "devices")
    done(root, "amend", PATH, "model_name=A")
    done(root, "amend", PATH.removeprefix("cpl/devices/"), "model_name=B")
    done(root, "amend", ENTRY.upper(), "model_name=C")
    told = done(root, "amend", ENTRY, PATH, "model_name=D")
    assert told.count("commit ") == 1


def test_a_broken_neighbour_stops_the_delivery_and_not_the_act(root: Path) -> None:
    broken = root / WAITING_PATH
    broken.write_text(
        broken.read_text("utf-8").replace("esme_variant: ADE", "esme_variant: Q"), "utf-8"
    )
    told = act(root, "remove", ENTRY, *REMOVAL)
    assert told.code == 0, told.told
    assert "Nothing goes to the DCC while other files have 1 error" in told.out.decode()
    refused(act(root, "accept", WAITING), "has to be mended first", "esme_variant")


def test_an_error_that_was_there_before_forbids_an_act_that_leaves_it(root: Path) -> None:
    path = root / PATH
    path.write_text(text_of(root).replace('version: "4.2"', 'version: "4.20"'), "utf-8")
    refused(act(root, "amend", ENTRY, "model_name=A"), "There before: error CPL402")
    fixed = act(
        root, "correct", ENTRY, "technical_specification.version=4.2", "--reference", DECISION
    )
    assert fixed.code == 0, fixed.told


def test_a_file_that_is_not_canonical_becomes_so(root: Path) -> None:
    before = text_of(root)
    odd = before.partition("\n")[2].replace('"3.2"', "'3.2'").replace('"F0A1"', "F0A1")
    (root / PATH).write_text(odd, "utf-8")
    done(root, "amend", ENTRY, "esme_variant=ADF")
    assert text_of(root).startswith(before.partition("history:")[0].replace("ADE", "ADF"))


def test_whatever_is_given_is_done_or_refused(root: Path) -> None:
    """No field and no value, however odd, ends in anything but data of the entry or a reason."""
    draw = random.Random(20261122)  # noqa: S311  # the same in every run
    schema = installation.schemas()[Kind.ENTRY]
    reading = read(root, ON)
    entry, document = reading.report.register.by_id[EntryId(ENTRY)], reading.tree.documents[PATH]
    data = document.data
    assert isinstance(data, dict)
    parts = [*field_paths(schema), "evidence.a", "evidence", "history", "", ".", "a..b", "\x1b[31m"]
    values = [
        "",
        "1",
        "3.1",
        "2030-01-01",
        ENTRY,
        f"{ENTRY},{WAITING}",
        ",",
        "\x1b[2J",
        "\u202e",
        "é" * 99,
    ]
    done_, reasons = 0, []
    for _ in range(600):
        path = draw.choice(parts) + draw.choice(["", "", "", ".", ".x", "\n", "\x1b"])
        act_ = Act(event=Event.AMENDED, day=ON, fields={path: draw.choice(values)})
        try:
            made = acted(entry, data, act_, schema)
        except NotDone as refusal:
            reasons.append(str(refusal))
        else:
            done_ += 1
            assert len(made["history"]) == len(entry.history) + 1
    assert done_ > 20
    assert len(reasons) > 100
    assert [one for one in reasons if not one.isprintable()] == []
