"""`cpl new`: from options, from an earlier firmware, from a firmware file, from questions."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from cpl_registry.edges import installation
from cpl_registry.edges.cli.new import new_command
from cpl_registry.edges.cli.questions import ask_missing
from cpl_registry.edges.fixing import repairs
from cpl_registry.edges.reading import read
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import described, field_paths, value_of

from tests.clones import Done, cpl_here, refused
from tests.docs_worlds import environment
from tests.firmware_samples import SAMPLE_HASH, firmware_file
from tests.registers import CPL
from tests.rule_cases import ON, REGISTER

EARLIER = "esme-f0a1-0005-02-03-38040401"
FOLDER = "cpl/devices/esme/albion-metering"
NEW_PATH = f"{FOLDER}/f0a1-0005-0203-38040402.yaml"
HASH = "93AF" * 16
WHOLE = {
    "--device-type": "ESME",
    "--manufacturer": "albion-metering",
    "--model": "0005",
    "--model-name": "AM-100 single phase",
    "--hardware-version": "02",
    "--hardware-revision": "03",
    "--firmware-version": "38040402",
    "--esme-variant": "ADE",
    "--specification-version": "4.2",
    "--gbcs-version": "3.2",
    "--zigbee-number": "DEMO-ZIG-0012",
    "--zigbee-issued": "2026-01-15",
    "--dlms-number": "DEMO-DLMS-0002",
    "--dlms-issued": "2026-01-20",
    "--cpa-number": "DEMO-CPA-0002",
    "--cpa-issued": "2026-02-03",
    "--cpa-expires": "2032-02-03",
    "--image-hash": HASH,
    "--upgrades-from": EARLIER,
}
EXPECTED = f"""\
# yaml-language-server: $schema=../../../../schema/device-model.schema.json
device_type: ESME
manufacturer: albion-metering
manufacturer_identifier: "F0A1"
model_identifier: "0005"
model_name: "AM-100 single phase"
hardware_version: "02"
hardware_revision: "03"
firmware_version: "38040402"
esme_variant: ADE
technical_specification:
  name: SMETS2
  version: "4.2"
gbcs_version: "3.2"
assurance_certificates:
  - scheme: ZigBee
    number: "DEMO-ZIG-0012"
    issued: "2026-01-15"
  - scheme: DLMS
    number: "DEMO-DLMS-0002"
    issued: "2026-01-20"
  - scheme: CPA
    number: "DEMO-CPA-0002"
    issued: "2026-02-03"
    expires: "2032-02-03"
manufacturer_image:
  sha256: "{HASH}"
  upgrades_from:
    - "{EARLIER}"
history:
  - date: "2026-11-22"
    event: submitted
    by: albion-metering
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A register in which the maker has the code of the DCC's sample as well."""
    shutil.copytree(REGISTER / "cpl", tmp_path / "cpl")
    return tmp_path


def flat(options: dict[str, str]) -> list[str]:
    return [part for pair in options.items() for part in pair]


def new(root: Path, *arguments: str) -> Done:
    return cpl_here("new", *arguments, "--root", root, "--on", ON.isoformat())


def entries(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in (root / "cpl/devices").rglob("*.yaml")}


def image_file(root: Path, raw: bytes) -> str:
    path = root / "firmware.ota"
    path.write_bytes(raw)
    return str(path)


def test_from_options_alone(root: Path) -> None:
    answer = new(root, *flat(WHOLE))
    assert answer.code == 0, answer.told
    assert (root / NEW_PATH).read_text("utf-8") == EXPECTED
    assert "0 errors" in answer.out.decode()
    assert answer.out.decode().endswith(f"commit {NEW_PATH}\n")
    assert not read(root, ON).report.failed
    assert list(repairs(root)) == []


def test_the_same_with_set(root: Path) -> None:
    schema = installation.schemas()[Kind.ENTRY]
    by_option = {one.opts[0]: one.name for one in new_command.params}
    paths = {f"field__{path.replace('.', '__')}": path for path in field_paths(schema)}
    pairs = [f"--set={paths[by_option[name] or '']}={text}" for name, text in WHOLE.items()]
    evidence = "--set=evidence.zigbee-firmware-mapping=DEMO-EV-1"
    answer = new(root, *pairs, evidence)
    assert answer.code == 0, answer.told
    document = 'evidence:\n  - kind: zigbee-firmware-mapping\n    reference: "DEMO-EV-1"\n'
    assert (root / NEW_PATH).read_text("utf-8") == EXPECTED.replace(
        "history:", f"{document}history:"
    )


def test_every_field_has_an_option_and_its_own_words() -> None:
    schema = installation.schemas()[Kind.ENTRY]
    names = {one.name for one in new_command.params}
    ends = {"assurance_certificates.ZigBee.expires", "assurance_certificates.ZigBee.renewal_due"}
    ends |= {one.replace("ZigBee", "DLMS") for one in ends}
    lacking = {p for p in field_paths(schema) if f"field__{p.replace('.', '__')}" not in names}
    assert lacking == ends  # these certificates have no end
    for path in field_paths(schema):
        about = described(schema, path)
        assert value_of(schema, path, about.example)[1] == (), path
        assert about.description


def test_from_an_earlier_firmware(root: Path) -> None:
    own = {"--firmware-version": "38040402", "--image-hash": HASH, "--upgrades-from": EARLIER}
    answer = new(root, "--from", EARLIER, *flat(own), "--reference", "SUB-2026-0007")
    assert answer.code == 0, answer.told
    text = (root / NEW_PATH).read_text("utf-8")
    earlier = (root / FOLDER / "f0a1-0005-0203-38040401.yaml").read_text("utf-8")
    for part in ("assurance_certificates:", "technical_specification:"):
        block = (
            earlier.partition(part)[2].partition("\nmanufacturer_image")[0].partition("\ngbcs")[0]
        )
        assert f"{part}{block}" in text
    assert "evidence" not in text
    assert text.endswith('    by: albion-metering\n    reference: "SUB-2026-0007"\n')


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)], ids=["written", "dry run"])
def test_what_is_copied_is_told_to_be_checked(dry_run: tuple[str, ...], root: Path) -> None:
    own = {"--firmware-version": "38040402", "--image-hash": HASH, "--cpa-number": "DEMO-CPA-0002"}
    told = new(root, "--from", EARLIER, *flat(own), *dry_run).out.decode()
    heading = f"copied from {EARLIER}; check that each is true of this firmware too:\n"
    block = told.partition(heading)[2].partition("never copied: ")[0].splitlines()
    assert {tuple(re.split("  +", line.strip())) for line in block} == {
        ("Model name", "AM-100 single phase"),
        ("ESME variant", "ADE"),
        ("Technical specification", "SMETS2"),
        ("Technical specification version", "4.2"),
        ("GBCS version", "3.2"),
        ("ZigBee Certificate, number", "DEMO-ZIG-0011"),
        ("ZigBee Certificate, issued", "2020-01-15"),
        ("DLMS Certificate, number", "DEMO-DLMS-0001"),
        ("DLMS Certificate, issued", "2020-01-20"),
        ("CPA Certificate, issued", "2020-02-03"),
        ("CPA Certificate, expiry date", "2030-02-03"),
    }
    assert "never copied: firmware version, hash of the Manufacturer Image" in told


def test_a_refused_entry_is_not_told_as_copied(root: Path) -> None:
    asked = new(root, "--from", EARLIER, "--firmware-version", "38040402")  # and no hash
    assert asked.code == 1
    assert "copied" not in asked.told


def test_from_the_sample_of_the_dcc(root: Path) -> None:
    """The identifier, firmware and hash of the sample; its range gives two entries."""
    makers = root / "cpl/reference/manufacturers.yaml"
    makers.write_text(makers.read_text("utf-8").replace('"F0A1"', '"F0A1"\n    - "121D"'), "utf-8")
    before = entries(root)
    image = image_file(root, firmware_file())
    answer = new(
        root,
        "--image",
        image,
        "--from",
        EARLIER,
        "--manufacturer-identifier",
        "121D",
        "--upgrades-from",
        "not-applicable",
    )
    assert answer.code == 0, answer.told
    made = sorted(entries(root) - before)
    assert made == [f"{FOLDER}/121d-0005-{one}-acdcacdc.yaml" for one in ("1111", "1211")]
    for path, version in zip(made, ("11", "12"), strict=True):
        text = (root / path).read_text("utf-8")
        assert 'manufacturer_identifier: "121D"\nmodel_identifier: "0005"\n' in text
        assert (
            f'hardware_version: "{version}"\nhardware_revision: "11"\nfirmware_version: "ACDCACDC"\n'
            in text
        )
        assert f'  sha256: "{SAMPLE_HASH}"\n' in text
    told = answer.out.decode()
    assert "manufacturer 121D, firmware ACDCACDC, hardware 1111 to 1211" in told
    assert f"235 octets, SHA-256 {SAMPLE_HASH}; its signature is not judged" in told


def with_image(root: Path, raw: bytes, *more: str) -> Done:
    image = image_file(root, raw)
    return new(root, "--image", image, "--from", EARLIER, "--upgrades-from", EARLIER, *more)


def test_of_a_range_that_says_little_the_hardware_is_named(root: Path) -> None:
    raw = firmware_file(manufacturer=0xF0A1, hardware=(0x0000, 0xFFFF))
    refused(with_image(root, raw), "name each version and revision with --hardware")
    answer = with_image(root, raw, "--hardware", "0203", "--hardware", "0301", "--dry-run")
    assert answer.code == 0, answer.told
    assert f"+++ {FOLDER}/f0a1-0005-0301-acdcacdc.yaml" in answer.out.decode()
    assert len(entries(root)) == 1
    one = with_image(root, raw, "--hardware-version", "02", "--hardware-revision", "03")
    assert one.code == 0, one.told
    assert f"{FOLDER}/f0a1-0005-0203-acdcacdc.yaml" in entries(root)


def test_what_the_image_contradicts_is_refused(root: Path) -> None:
    raw = firmware_file(manufacturer=0xF0A1, hardware=(0x0203, 0x0203))
    refused(
        with_image(root, raw, "--firmware-version", "00000001"), "is ACDCACDC in the firmware file"
    )
    refused(with_image(root, raw, "--image-hash", HASH), "manufacturer_image.sha256 is 7542")
    refused(with_image(root, raw, "--hardware", "0204"), "outside the range")
    refused(
        with_image(root, firmware_file()), "manufacturer_identifier is 121D in the firmware file"
    )
    assert len(entries(root)) == 1


def test_a_broken_image_is_refused_with_its_octet(root: Path) -> None:
    refused(with_image(root, firmware_file()[:-1]), "octet 360: truncated")
    refused(with_image(root, b""), "octet 0: truncated")
    refused(new(root, "--image", str(root / "none.ota")), "cannot be read")
    refused(new(root, "--image", str(root)), "cannot be read")
    hostile = firmware_file(total=0xFFFFFFFF, length=0xFFFF)
    refused(with_image(root, hostile), "octet 6:", "octet 361:")
    assert len(entries(root)) == 1


REFUSED = {
    "exists": ({"--firmware-version": "38040401"}, ["is in the register already", "cpl amend"]),
    "wrong value": ({"--model": "5"}, ["model_identifier", "4 hex digits, upper case"]),
    "wrong day": ({"--cpa-issued": "2026-02-30"}, ["issued is not a date"]),
    "two ends": ({"--cpa-renewal-due": "2032-02-03"}, ["CPL303", "nothing is written"]),
    "maker unknown": (
        {"--manufacturer": "nobody", "--manufacturer-identifier": "F0A1"},
        ["error[", "nothing is written"],
    ),
    "path out of the register": (
        {"--manufacturer": "../../x", "--manufacturer-identifier": "F0A1"},
        ["manufacturer cannot be"],
    ),
    "hash of another": (
        {
            "--image-hash": "4583B02951295305A39F8536A7DAB461BF573E2F737AA14EC21E28D4A65377E1",
            "--manufacturer": "caldera-gas",
        },
        ["nothing is written"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(root: Path, name: str) -> None:
    options, words = REFUSED[name]
    refused(new(root, *flat({**WHOLE, **options})), *words)
    assert len(entries(root)) == 1


def test_missing_fields_are_named_by_their_options(root: Path) -> None:
    less = {name: text for name, text in WHOLE.items() if name not in {"--model", "--gbcs-version"}}
    refused(new(root, *flat(less)), "--model, --gbcs-version missing", "terminal")
    refused(new(root, *flat(WHOLE), "--set", "gbcs"), "FIELD=VALUE")
    refused(new(root, *flat(WHOLE), "--set", "gbcs=1"), "did you mean gbcs_version")
    refused(new(root, *flat(WHOLE), "--hardware", "2"), "four hex digits")
    refused(new(root, "--from", "esme-nothing"), "no entry")
    assert len(entries(root)) == 1


def test_of_several_entries_one_that_exists_refuses_all(root: Path) -> None:
    own = {**WHOLE, "--firmware-version": "38040401"}
    refused(new(root, *flat(own), "--hardware", "0204", "--hardware", "0203"), "already")
    assert len(entries(root)) == 1


def test_the_questions_ask_for_what_is_missing_and_judge_each_answer(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register = read(root, ON).report.register
    asked: list[tuple[str, str]] = []
    answers = iter(
        [
            "PPMID",
            "albion-metering",
            "",
            "7",
            "0007",
            "",
            "01",
            "00",
            "00010001",
            "",
            "1.1",
            "3.2",
            "DEMO-ZIG-9",
            "2026-01-02",
            HASH,
            "not-applicable",
        ]
    )

    def answer(prompt: str, default: str) -> str:
        asked.append((prompt, default))
        return next(answers) or default

    fields: dict[str, str] = {}
    assert ask_missing(fields, register, (), answer)
    assert fields == {
        "device_type": "PPMID",
        "manufacturer": "albion-metering",
        "manufacturer_identifier": "F0A1",
        "model_identifier": "0007",
        "hardware_version": "01",
        "hardware_revision": "00",
        "firmware_version": "00010001",
        "technical_specification.name": "PPMIDTS",
        "technical_specification.version": "1.1",
        "gbcs_version": "3.2",
        "assurance_certificates.ZigBee.number": "DEMO-ZIG-9",
        "assurance_certificates.ZigBee.issued": "2026-01-02",
        "manufacturer_image.sha256": HASH,
        "manufacturer_image.upgrades_from": "not-applicable",
    }
    assert ("Manufacturer identifier", "F0A1") in asked
    assert [one for one, _ in asked].count("Model identifier") == 2
    told = capsys.readouterr().err
    assert 'model_identifier cannot be "7"; write exactly 4 hex digits, upper case' in told
    assert "quotes" not in told
    assert "one of ESME, GSME, CH, PPMID, HCALCS" in told
    assert not ask_missing(fields | {"model_name": "A"}, register, (), answer)


def test_a_lifetime_certificate_is_asked_for_where_there_is_no_expiry(root: Path) -> None:
    register = read(root, ON).report.register
    answers = {
        "Manufacturer": "albion-metering",
        "Model identifier": "0005",
        "Firmware version": "00000001",
        "Technical specification version": "4.2",
        "GBCS version": "3.2",
        "CPA Certificate, issued": "2026-01-01",
        "CPA Certificate, renewal due date": "2032-01-01",
    }
    asked = []

    def answer(prompt: str, default: str) -> str:
        asked.append(prompt)
        return answers.get(prompt, default)

    fields = {"device_type": "ESME", "assurance_certificates.CPA.number": "DEMO-CPA-9"}
    ask_missing(fields, register, ("0203",), answer)
    assert fields["assurance_certificates.CPA.renewal_due"] == "2032-01-01"
    assert "CPA Certificate, expiry date" in asked
    assert "Hardware version" not in asked
    assert "ZigBee Certificate, issued" not in asked  # its number was left out


def test_on_a_terminal_it_asks(root: Path) -> None:
    """The real command with a terminal: a wrong answer is told at once, the entry is written."""
    less = {name: text for name, text in WHOLE.items() if name != "--gbcs-version"}
    terminal, inner = pty.openpty()
    given = [*flat(less), "--manufacturer-identifier", "F0A1", "--specification", "SMETS2"]
    command = [str(CPL), "new", *given, "--root", str(root), "--on", ON.isoformat()]
    running = subprocess.Popen(
        command, stdin=inner, stdout=subprocess.PIPE, stderr=inner, env=environment()
    )
    os.close(inner)
    seen = ""
    for answer in ("V3.2\n", "3.2\n"):
        seen += until(terminal, "GBCS version:")
        os.write(terminal, answer.encode())
    out, _ = running.communicate(timeout=120)
    os.close(terminal)
    assert running.returncode == 0, seen
    assert "The GBCS version for which the Device Model is certified." in seen
    assert "for example 3.2" in seen
    assert out.decode().endswith(f"commit {NEW_PATH}\n")
    assert (root / NEW_PATH).read_text("utf-8") == EXPECTED


def until(terminal: int, words: str) -> str:
    """What the terminal shows up to some words."""
    seen, end = "", time.monotonic() + 60
    while words not in seen:
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096).decode()
    return seen
