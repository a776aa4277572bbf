"""Under which licence the data may be used: told in every form as the register says, or not at all."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cpl_registry.edges import installation, publishing
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.findings import Severity
from cpl_registry.records.licence import Licence
from cpl_registry.records.register import sort_files
from cpl_registry.rules.run import validate
from cpl_registry.state.publication import PublishedState, publish

from tests.builders import entry, register
from tests.registers import register_of, smaller_shipped
from tests.site_files import read_html

DAY = date(2026, 11, 22)
FILE = "cpl/reference/licence.yaml"
ADDRESS = "https://example.org/licences/open/1.0/"
TEXT = f'name: "Example Licence 1.0"\naddress: "{ADDRESS}"\nholder: "Example Keepers"\n'
LICENCE = Licence(name="Example Licence 1.0", address=ADDRESS, holder="Example Keepers")


def made(licence: Licence | None) -> dict[str, bytes]:
    state: PublishedState = publish(replace(register(entry()), licence=licence), DAY)
    return {one.path: one.content for one in publishing.checked(publishing.artefacts(state))}


def data(files: dict[str, bytes], path: str) -> Any:
    return json.loads(files[path])


def about(files: dict[str, bytes]) -> dict[str, str]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(files["data/cpl.sqlite"])
        return dict(database.execute("SELECT key, value FROM about"))


def test_the_register_says_which() -> None:
    assert register_of({**smaller_shipped(), FILE: TEXT}, DAY).licence == LICENCE
    assert register_of(smaller_shipped(), DAY).licence is None


def test_every_form_tells_it() -> None:
    files = made(LICENCE)
    assert data(files, "data/datapackage.json")["licenses"] == [
        {"path": ADDRESS, "title": LICENCE.name}
    ]
    assert data(files, "data/cpl.csv-metadata.json")["dc:license"] == {"@id": ADDRESS}
    dataset = data(files, "data/dataset.jsonld")
    assert dataset["license"] == ADDRESS
    assert dataset["copyrightHolder"]["name"] == LICENCE.holder
    index = data(files, "site/api/v1/index.json")
    assert index["licence"] == {
        "stated": True,
        "name": LICENCE.name,
        "address": ADDRESS,
        "holder": LICENCE.holder,
    }
    assert about(files)["licence"] == f"{LICENCE.name} ({ADDRESS}), granted by {LICENCE.holder}"
    page = read_html(files["pages/data/index.md"].decode())
    assert "may be used under the Example Licence 1.0, granted by Example Keepers." in page.text
    assert ADDRESS in page.links


def test_without_it_nothing_is_claimed() -> None:
    files = made(None)
    assert "licenses" not in data(files, "data/datapackage.json")
    assert "dc:license" not in data(files, "data/cpl.csv-metadata.json")
    assert "license" not in data(files, "data/dataset.jsonld")
    assert data(files, "site/api/v1/index.json")["licence"]["stated"] is False
    assert "licence" not in about(files)
    page = read_html(files["pages/data/index.md"].decode())
    assert "No licence is stated in these data" in page.text


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "http://example.org/", "https://example.org/?q=1", "https://"],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    files = {**smaller_shipped(), FILE: TEXT.replace(ADDRESS, address)}
    report = validate(
        sort_files(TreeFile(path=path, raw=text.encode()) for path, text in files.items()),
        installation.schemas(),
        DAY,
    )
    assert any(one.path == FILE and one.severity is Severity.ERROR for one in report.findings)
