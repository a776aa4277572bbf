"""A firmware version or half an entry id in place of a whole one: the refusal names who was meant."""

import shutil
from pathlib import Path

import pytest
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.near_ids import did_you_mean, near_ids, near_reference

from tests.clones import Done, cpl_here
from tests.rule_cases import ON, REGISTER

IDS = tuple(
    EntryId(f"esme-f0a1-0005-02-03-{firmware}")
    for firmware in ("38040401", "38040402", "38040403", "38040404", "38040405", "38040406")
)
OTHER = EntryId("gsme-f0b2-0005-02-03-0a000001")
ENTRY = "esme-f0a1-0005-02-03-38040401"


@pytest.mark.parametrize(
    "name",
    [
        "0A000001",
        "gsme",
        "GSME-F0B2",
        "f0b2-0005-0203-0a000001",
        "cpl/devices/gsme/b/f0b2-0005-0203-0a000001.yaml",
    ],
)
def test_one_that_is_meant_is_named(name: str) -> None:
    assert near_ids(name, (*IDS, OTHER)) == (OTHER,)
    assert did_you_mean(name, (*IDS, OTHER)) == f"did you mean {OTHER}?"


def test_a_whole_firmware_version_goes_before_a_part_of_another_id() -> None:
    odd = EntryId("esme-3804-0402-02-03-00000001")
    assert near_ids("38040402", (odd, *IDS)) == (IDS[1],)
    assert near_ids("3804040", (odd, *IDS)) == (odd, *IDS)


def test_of_several_five_are_named() -> None:
    told = did_you_mean("f0a1", IDS)
    assert told == f"did you mean one of {', '.join(IDS[:5])} and 1 more?"
    assert did_you_mean("f0a1", IDS[:5]) == f"did you mean one of {', '.join(IDS[:5])}?"


@pytest.mark.parametrize("name", ["", "-", "03", ".yaml", "esme-ffff", "../../etc/passwd"])
def test_nothing_is_guessed_from_nothing(name: str) -> None:
    assert did_you_mean(name, (*IDS, OTHER)) == "entry ids are listed by: cpl status"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("register")
    shutil.copytree(REGISTER / "cpl", made / "cpl")
    return made


ASKING = [("status",), ("history",)]
ACTING = [
    ("accept",),
    ("renew", "--expires", "2031-01-01"),
    ("amend", "gbcs_version=3.1"),
    ("close",),
    ("new", "--from"),
]


def asked(root: Path, command: tuple[str, ...], name: str) -> Done:
    return cpl_here(*command, name, "--root", root, "--on", ON.isoformat())


@pytest.mark.parametrize("command", [*ASKING, *ACTING], ids=lambda command: command[0])
@pytest.mark.parametrize("name", ["38040401", "f0a1-0005"])
def test_every_command_that_takes_an_entry_asks(
    name: str, command: tuple[str, ...], root: Path
) -> None:
    done = asked(root, command, name)
    assert done.code == (2 if command in ASKING else 1)
    assert done.out == b""
    assert done.err.endswith(f"; did you mean {ENTRY}?\n")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("slip", ["DEC-2027-01", "dec-2027-001", "DEC-2027-0001", "DEC-2072-001"])
def test_a_slip_in_a_reference_finds_the_one_that_was_meant(slip: str) -> None:
    known = ("DEC-2027-001", "INC-2018-001")
    assert near_reference(slip, known) == "; did you mean DEC-2027-001?"


@pytest.mark.parametrize("other", ["", "DEC", "CAM-2031-417", "anything else"])
def test_a_reference_that_is_like_none_is_answered_with_none(other: str) -> None:
    assert near_reference(other, ("DEC-2027-001", "INC-2018-001")) == ""
