"""Inventories from outside: read for what they say, or refused with what is wrong and where."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cpl_registry.records import inventory, inventory_csv, inventory_json, inventory_xml
from cpl_registry.records.inventory_device import DUIS_NAMES, InventoryDevice

from tests.inventories import FOLDER, JSON, MODELS, ODD, XML, devices_of, problem_of

TABLE = """\
duis_device_type,manufacturer_id,device_model_duis,model_id_inferred,hw_version_inferred,\
hw_revision_inferred,firmware_version,tech_spec,tech_spec_version,gbcs_version,esme_variant,\
han_variant,fw_version_status,cpl_status,device_id_oui,note,source
CHF,1072,57310102,5731,01,02,04000007,CHTS,V1.3,3.2,,Single Band,ACTIVE,ACTIVE,00-0B-6B,"a, b",x
ESME,1063,00050203,0005,02,03,38040404,SMETS,V4.2,3.2,ADE,,ACTIVE,ACTIVE,30-EB-5A,,x
"""


def xml_of(device: str, head: str = "") -> bytes:
    return f"{head}<R><DSPInventory><Device>{device}</Device></DSPInventory></R>".encode()


def json_of(device: str) -> bytes:
    return f'{{"ResponseMessage": {{"DSPInventory": {{"Device": [{device}]}}}}}}'.encode()


def keys(devices: tuple[InventoryDevice, ...]) -> list[tuple[str, str, str, str]]:
    return [
        (one.device_type, one.manufacturer, one.device_model, one.firmware_version)
        for one in devices
    ]


@pytest.mark.parametrize("path", [XML, JSON], ids=["xml", "json"])
def test_reads_the_published_answer(path: Path) -> None:
    devices = devices_of(path.read_bytes())
    assert keys(devices) == [model[:4] for model in MODELS]
    assert [one.device_id for one in devices] == [f"00-00-00-00-00-00-00-0{n}" for n in range(1, 6)]
    assert [one.specification_version for one in devices] == [
        "V1.3",
        "V1.3",
        "V4.2",
        "V4.2",
        "V4.2",
    ]
    assert {one.gbcs_version for one in devices} == {"3.2"}
    assert {one.cpl_status.lower() for one in devices} == {"active"}
    assert {one.firmware_status.lower() for one in devices} == {"active"}
    assert [one.esme_variant for one in devices] == ["", "", "ADE", "", ""]


def test_names_the_line_of_each_device() -> None:
    lines = XML.read_text(encoding="utf-8").splitlines()
    for one in devices_of(XML.read_bytes()):
        assert lines[int(one.place.removeprefix("line ")) - 1].strip() == "<sr:Device>"
    assert [one.place for one in devices_of(JSON.read_bytes())] == [
        f"device {n}" for n in range(1, 6)
    ]
    assert [one.place for one in devices_of(ODD.read_bytes())] == [f"line {n}" for n in range(2, 8)]


@pytest.mark.parametrize("prefix", ["", "duis:", "a:"])
def test_prefixes_mean_nothing(prefix: str) -> None:
    text = XML.read_text(encoding="utf-8").replace("sr:", prefix)
    name = f"xmlns:{prefix.rstrip(':')}" if prefix else "xmlns"
    text = text.replace("xmlns:sr", name)
    assert devices_of(text.encode()) == devices_of(XML.read_bytes())


def test_several_answers_in_one_document() -> None:
    told = "<DSPInventory><Device><DeviceType>IHD</DeviceType></Device></DSPInventory>"
    assert len(devices_of(f"<all>{told}{told}</all>".encode())) == 2
    one = '{"DSPInventory": {"Device": {"DeviceType": "IHD"}}}'
    assert len(devices_of(f"[{one}, {one}, {one}]".encode())) == 3


def test_reads_the_table_of_published_rows() -> None:
    first, second = devices_of(TABLE.encode())
    assert first == InventoryDevice(
        place="line 2",
        device_type="CHF",
        manufacturer="1072",
        device_model="57310102",
        specification_version="CHTS V1.3",
        firmware_version="04000007",
        gbcs_version="3.2",
        cpl_status="ACTIVE",
        firmware_status="ACTIVE",
    )
    assert (second.specification_version, second.esme_variant) == ("SMETS V4.2", "ADE")


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_the_case_of_a_header_does_not_matter(change: Callable[[str], str]) -> None:
    header, _, rest = ODD.read_text(encoding="utf-8").partition("\n")
    assert devices_of(f"\ufeff{change(header)}\n{rest}".encode()) == devices_of(ODD.read_bytes())
    assert keys(devices_of(json_of('{"devicetype": "IHD"}'))) == [("IHD", "", "", "")]
    assert keys(devices_of(xml_of("<devicetype> IHD\n</devicetype>"))) == [("IHD", "", "", "")]


def test_people_and_places_are_not_read() -> None:
    """An address beside a device is passed over, whatever its shape."""
    personal = {"UPRN", "PostCode", "AddressIdentifier", "ImportMPxN", "PropertyFilter"}
    assert not personal & set(DUIS_NAMES)
    told = (
        "<PropertyFilter><DeviceModel>x</DeviceModel></PropertyFilter><DeviceType>IHD</DeviceType>"
    )
    (device,) = devices_of(xml_of(told))
    assert (device.device_type, device.device_model) == ("IHD", "")
    (device,) = devices_of(json_of('{"PropertyFilter": {"DeviceModel": 1}, "DeviceType": "IHD"}'))
    assert (device.device_type, device.device_model) == ("IHD", "")


LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n'
    "<R><DSPInventory><Device><DeviceModel>&b;</DeviceModel></Device></DSPInventory></R>"
)
HEADER = "DeviceType,DeviceManufacturer,DeviceModel,DeviceFirmwareVersion"
REFUSED = {
    "empty": (b"", "", "the file is empty"),
    "blank": (b"\xef\xbb\xbf \r\n", "", "the file is empty"),
    "utf-16": ("<a/>".encode("utf-16"), "", "UTF-16"),
    "laughs": (LAUGHS.encode(), "2:16", "DOCTYPE"),
    "outside entity": (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "1:40", "DOCTYPE"),
    "entity without declaration": (xml_of("<DeviceModel>&x;</DeviceModel>"), "1:39", "entity"),
    "deep xml": (b"<a>" * 100_000, "1:97", "inside each other"),
    "not closed": (b"<a><b></a>", "1:9", "mismatched tag"),
    "no namespace": (b"<sr:a/>", "1:1", "unbound prefix"),
    "xml encoding": (b'<?xml version="1.0" encoding="cp037"?><a/>', "1:1", "encoding cp037"),
    "xml bytes": (b"<a>\n\xff</a>", "2:1", "not UTF-8: byte 0xFF"),
    "xml twice": (xml_of("<DeviceID>1</DeviceID>\n<DeviceID>1</DeviceID>"), "2:12", "twice"),
    "xml element in a value": (xml_of("<DeviceModel>57<b/>31</DeviceModel>"), "1:41", "inside"),
    "xml without devices": (b"<Response><Body/></Response>", "", "no device"),
    "device elsewhere": (b"<R><Device><DeviceID>1</DeviceID></Device></R>", "", "no device"),
    "long value": (xml_of(f"<DeviceID>{'1' * 201}</DeviceID>"), "1:237", "201 characters"),
    "deep json": (b"[" * 100_000, "", "inside each other"),
    "deep closed json": (b"[" * 40 + b"]" * 40, "", "inside each other"),
    "json cut off": (JSON.read_bytes()[:300], "", "JSON cannot be read"),
    "json bytes": (b'{"a": "\xe9"}', "1:8", "byte 0xE9"),
    "json number": (json_of('{"DeviceModel": 57310102}'), "DeviceModel", "is a number"),
    "json exponent": (json_of('{"DeviceManufacturer": 10E0}'), "DeviceManufacturer", "a number"),
    "json huge number": (json_of(f'{{"DeviceID": {"9" * 5000}}}'), "DeviceID", "is a number"),
    "json list": (json_of('{"DeviceType": ["IHD"]}'), "DeviceType", "no text"),
    "json truth": (json_of('{"DeviceType": true}'), "DeviceType", "no text"),
    "json nan": (b'{"a": NaN}', "", "no value of JSON"),
    "json name twice": (json_of('{"DeviceID": "1", "DeviceID": "2"}'), "/Device/0", "twice"),
    "json twice by case": (json_of('{"DeviceID": "1", "deviceid": "2"}'), "deviceid", "twice"),
    "json no object": (json_of('"x"'), "/Device/0", "no object"),
    "json without devices": (b'{"ResponseMessage": {}}', "", "no device"),
    "csv without devices": (HEADER.encode(), "", "no device"),
    "csv of blanks": (b'"",\n,""\n', "", "no device"),
    "csv bytes": (f"{HEADER}\n".encode() + b"\xa3,,,\n", "2:1", "not UTF-8"),
    "csv semicolons": (HEADER.replace(",", ";").encode(), "1:1", "no column DeviceType"),
    "csv no firmware": (b"DeviceType,DeviceManufacturer,DeviceModel\n", "1:1", "DeviceFirmware"),
    "csv column twice": (f"{HEADER},devicetype\n".encode(), "1:65", "second column"),
    "csv two names": (f"{HEADER},firmware_version\n".encode(), "1:65", "second column"),
    "csv short row": (f"{HEADER}\nIHD,1\n".encode(), "2:1", "2 cells and the header 4"),
    "csv long row": (f"{HEADER}\n\nIHD,1,2,3,4\n".encode(), "3:1", "5 cells and the header 4"),
    "csv open quote": (f'{HEADER}\n"IHD,1,2,3\n'.encode(), "2:1", "never closed"),
    "csv quote inside": (f'{HEADER}\nI"HD,1,2,3\n'.encode(), "2:2", "stands where a cell"),
    "csv carriage return": (f"{HEADER}\nIHD\r,1,2,3\n".encode(), "2:4", "carriage return"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_with_the_place(name: str) -> None:
    raw, place, message = REFUSED[name]
    problem = problem_of(raw)
    assert message in problem.message
    assert problem.fix
    if re.fullmatch("[0-9]+:[0-9]+", place):
        assert problem.span is not None
        assert f"{problem.span.line}:{problem.span.column}" == place
    elif place:
        assert problem.at is not None
        assert problem.at.endswith(place)


def test_a_file_that_is_too_large_is_refused_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "MOST_BYTES", 1000)
    assert "larger than 1,000 bytes" in problem_of(XML.read_bytes()).message


@pytest.mark.parametrize("raw", [XML, JSON, ODD], ids=["xml", "json", "csv"])
def test_more_than_can_be_held_is_refused(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (inventory_csv, inventory_json, inventory_xml):
        monkeypatch.setattr(module, "MOST_DEVICES", 4)
    assert "more than 4 devices" in re.sub("250,000", "4", problem_of(raw.read_bytes()).message)
    for module in (inventory_csv, inventory_json, inventory_xml):
        monkeypatch.setattr(module, "MOST_VALUES", 10)
    assert "more than 10" in problem_of(raw.read_bytes()).message


def test_the_files_here_are_all_read() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {XML.name, JSON.name, ODD.name}
