"""The main job on real input: four Device Models seen in public go in, their pages and rows come out.

`real-register/real_device_model_rows.csv` is what was seen; `real-register/README.md` says how the
entries were made of it, and what is not public and therefore absent.
"""

import csv
import json
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.lives import Raw, as_text
from tests.registers import REAL, cpl, files_of
from tests.repository import ROOT

TODAY = "2026-11-22"
SEEN = REAL / "real_device_model_rows.csv"
FAMILIES = {"SMETS": "SMETS2", "CHTS": "CHTS"}
# A Communications Hub is two devices to the DCC and one on the list.
TYPES = {"CHF": "CH", "GPF": "CH"}
MAKERS = {"1063": "landis-gyr", "10E0": "chameleon-technology", "1072": "zigbee-1072"}
NOT_PUBLIC = (
    "manufacturer_image_hash",
    "cpa_certificate",
    "cpa_expires",
    "cpa_renewal_due",
    "zigbee_certificate",
    "dlms_certificate",
)


def device_models() -> dict[str, dict[str, str]]:
    """The extract's row of each Device Model that was seen, by its entry id."""
    found: dict[str, dict[str, str]] = {}
    with SEEN.open(encoding="utf-8", newline="") as file:
        for seen in csv.DictReader(file):
            hardware = seen["hw_version_inferred"] + seen["hw_revision_inferred"]
            assert seen["device_model_duis"] == seen["model_id_inferred"] + hardware
            assert seen["cpl_status"] == "ACTIVE"
            row = {
                "device_type": TYPES.get(seen["duis_device_type"], seen["duis_device_type"]),
                "manufacturer_identifier": seen["manufacturer_id"],
                "model_identifier": seen["model_id_inferred"],
                "hardware_version": seen["hw_version_inferred"],
                "hardware_revision": seen["hw_revision_inferred"],
                "firmware_version": seen["firmware_version"],
                "technical_specification": FAMILIES[seen["tech_spec"]],
                "technical_specification_version": seen["tech_spec_version"].removeprefix("V"),
                "gbcs_version": seen["gbcs_version"],
                **dict.fromkeys(NOT_PUBLIC, ""),
            }
            entry_id = "-".join([*row.values()][:6]).lower()
            row = {"entry_id": entry_id, **row}
            assert found.setdefault(entry_id, row) == row
    return found


class _Words(HTMLParser):
    """The words of a page's content, and where its links lead, from the root of the site."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place
        self.words: list[str] = []
        self.links: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = self._inside or tag == "article"
        if tag == "a" and self._inside:
            self.links.add(urljoin(self._place, dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "article"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.words += data.split()


def page(site: Path, path: str) -> _Words:
    found = _Words(f"/{path}/")
    found.feed((site / path / "index.html").read_text(encoding="utf-8"))
    assert found.words, path
    return found


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("real") / "build"
    answer = cpl("build", "--root", REAL, "--out", out, "--on", TODAY)
    assert (answer.returncode, answer.stderr) == (0, b"")
    return out


def test_four_device_models_were_seen() -> None:
    assert [row["device_type"] for row in device_models().values()] == [
        "CH",
        "ESME",
        "GSME",
        "PPMID",
    ]


def test_the_register_is_valid_and_one_warning_stays() -> None:
    """The Zigbee list and the hub's own identifier name two companies: the warning says so."""
    answer = cpl("validate", "--root", REAL, "--on", TODAY, "--format", "json")
    report = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert report["summary"] == {"entries": 4, "errors": 0, "warnings": 1, "notices": 0}
    assert [(one["rule"], one["path"]) for one in report["findings"]] == [
        ("CPL206", "cpl/devices/ch/zigbee-1072/1072-5731-0102-04000007.yaml")
    ]


def test_the_extract_has_their_rows_as_the_data_says(build: Path) -> None:
    with (build / "dcc/cpl-dcc-extract.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == sorted(device_models().values(), key=lambda row: row["entry_id"])
    assert (build / "dcc/cpl-dcc-held.csv").read_text(encoding="utf-8").count("\n") == 1


def test_the_extract_alone_says_the_same(build: Path) -> None:
    answer = cpl("extract", "--root", REAL, "--on", TODAY)
    assert answer.stdout == (build / "dcc/cpl-dcc-extract.csv").read_bytes()


@pytest.mark.parametrize("entry_id", device_models())
def test_each_has_its_page(build: Path, entry_id: str) -> None:
    row = device_models()[entry_id]
    words = page(build / "site", f"devices/{entry_id}").words
    told = " ".join(words)
    hardware = f"{row['hardware_version']} Hardware revision {row['hardware_revision']}"
    specification = f"{row['technical_specification']} {row['technical_specification_version']}"
    for fact in (
        f"Device type {row['device_type']} ",
        f"Manufacturer identifier {row['manufacturer_identifier']} ",
        f"Model identifier {row['model_identifier']} ",
        f"Hardware version {hardware} ",
        f"Firmware version {row['firmware_version']} ",
        f"Technical specification {specification} ",
        f"GBCS version {row['gbcs_version']} ",
        "hash (SHA-256) not recorded here ",
    ):
        assert fact in told, told
    assert "Active" in words


@pytest.mark.parametrize("entry_id", device_models())
def test_each_has_its_answer_in_the_api(build: Path, entry_id: str) -> None:
    row = device_models()[entry_id]
    answer = json.loads((build / f"site/api/v1/devices/{entry_id}.json").read_bytes())
    device = answer["device"]
    assert {name: device[name] for name in row} == row
    assert device["manufacturer"] == MAKERS[row["manufacturer_identifier"]]
    assert (device["status"], device["delivery"]) == ("Active", "deliverable")
    assert answer["illustrative"] is False


def test_the_lists_lead_to_them(build: Path) -> None:
    site = build / "site"
    models = device_models()
    assert {f"/devices/{one}/" for one in models} <= page(site, "devices").links
    for entry_id, row in models.items():
        maker = MAKERS[row["manufacturer_identifier"]]
        for folder in (f"manufacturers/{maker}", f"types/{row['device_type'].lower()}"):
            assert f"/devices/{entry_id}/" in page(site, folder).links, folder


def raw_entries() -> Mapping[str, Raw]:
    files = files_of(REAL).items()
    return {path: as_text(text) for path, text in files if path.startswith("cpl/devices/")}


def test_what_was_not_seen_is_not_said() -> None:
    """No certificate, no hash, no name, no day of listing but the one by which it was seen."""
    for path, raw in raw_entries().items():
        assert not {"assurance_certificates", "manufacturer_image", "model_name", "evidence"} & {
            *raw
        }, path
        assert len(raw["history"]) == 1, path
        line = raw["history"][0]
        assert (line["event"], line["date"]) == ("listed", "2023-12-31")
        assert "the day of listing is not public" in line["reason"]


def test_no_page_calls_real_devices_a_demonstration(build: Path) -> None:
    """And nothing that was made up for the demonstration stands beside them."""
    site = build / "site"
    # The guides may speak of the demonstration; the pages that the register makes may not.
    guides = {
        path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")
    }
    made = [
        path
        for path in sorted(site.rglob("index.html"))
        if (place := path.parent.relative_to(site)) not in guides
        and place.parts[:1] != ("rules",)
        and place.as_posix() != "submit/new"  # its hints give the examples of the schema
    ]
    assert len(made) > 20
    for path in made:
        text = path.read_text(encoding="utf-8")
        assert "DEMO-" not in text, path
        assert "Demonstration register" not in text, path
