"""The scripts of the form judge, read and write as the tools do."""

import json
from random import Random
from typing import Any, cast

from cpl_registry.edges import installation
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import value_of
from cpl_registry.records.firmware_image import read_image
from playwright.sync_api import Page

from tests.browser.forms import HASH, opened
from tests.firmware_samples import firmware_file
from tests.random_entries import random_entries


def test_the_writer_and_the_reader_are_those_of_the_tools(page: Page, site_url: str) -> None:
    schema = installation.schemas()[Kind.ENTRY]
    entries = random_entries(Random(20261122), 500)  # noqa: S311 - the same every time
    assert all(schema.fits(cast("Any", one)) for one in entries)
    texts = [canonical(cast("Any", one), schema.plan, ENTRY_FIRST_LINE) for one in entries]
    opened(page, site_url)
    found = page.evaluate(
        """async given => {
            const { entries, texts } = JSON.parse(given);
            const { canonical, planOf, readCanonical } = await import("/scripts/canonical.js");
            const known = JSON.parse(document.getElementById("form-data").dataset.form);
            const plan = planOf(known.plan, known.places);
            const write = data => canonical(data, plan, known.first_line);
            return JSON.stringify(entries.map((data, index) => {
                const read = readCanonical(texts[index]);
                return [write(data), write(read), read];
            }));
        }""",
        json.dumps({"entries": entries, "texts": texts}),
    )
    for entry, text, (ours, again, read) in zip(entries, texts, json.loads(found), strict=True):
        assert ours == text
        assert again == text
        assert read == entry


AWKWARD = (
    *("", "0", "00", "0005", "00f1", "00F1 ", "F0A1", "12345678", "1E100000", "1234567G"),
    *("1", "1.1", "1.10", "v4.2", "4.2.", "1.2.3.4.5", "1111.1", "SMETS2", "smets2", "S"),
    *("2026-02-29", "2028-02-29", "2026-13-01", "2026-1-1", "1899-01-01", "2026-12-31\n"),
    *("A", "ADE", "ADEX", "ESME", "CHF", "a-b", "-a", "a_b", "A.b", "a b", "a/b", "(a)", "a,b"),
    *("not-applicable", "not-applicable, not-applicable", "esme-f0a1-0005-02-03-38040401"),
    *("esme-f0a1-0005-02-03-38040401, esme-f0a1-0005-02-03-38040402", "esme-f0a1-0005"),
    *("esme-f0a1-0005-02-03-38040401,", "x" * 60, "x" * 61, "9" * 100, "=1", "a=1", "a&(b);'c"),
    *(HASH, HASH.lower(), HASH[:-1], "a\tb", " a", "a "),
)


def test_an_answer_is_right_where_cpl_new_takes_it(page: Page, site_url: str) -> None:
    schema = installation.schemas()[Kind.ENTRY]
    opened(page, site_url)
    found = page.evaluate(
        """async texts => {
            const { problemOf } = await import("/scripts/judging.js");
            const { fields } = JSON.parse(document.getElementById("form-data").dataset.form);
            return fields.map(field => [field.path, texts.map(text => problemOf(field, text, true) === "")]);
        }""",
        list(AWKWARD),
    )
    right = 0
    for path, taken in found:
        for text, ours in zip(AWKWARD, taken, strict=True):
            theirs = not value_of(schema, path, text)[1]
            assert ours == theirs, (path, text)
            right += ours
    assert right > len(found)


BROKEN = [
    firmware_file(),
    firmware_file(hardware=(0x0203, 0x0203)),
    firmware_file(control=7, optional=bytes(13)),
    firmware_file(control=5, optional=b"\x01\x03\x02\x03\x02"),
    b"",
    b"\x1e\xf1",
    b"not a firmware file at all, however long it may be; it has more than 56 octets",
    firmware_file()[:50],
    firmware_file()[:-1],
    firmware_file() + b"\0",
    firmware_file(image=b""),
    firmware_file(control=0, optional=b""),
    firmware_file(control=12),
    firmware_file(length=61),
    firmware_file(hardware=(0x0204, 0x0203)),
    firmware_file(tail=b"\x00\x41" + bytes(64)),
    firmware_file(tail=b""),
    b"\x1e\xf1\xee\x0b\x00\x02" + firmware_file()[6:],
]


def test_firmware_files_are_read_as_the_tools_read_them(page: Page, site_url: str) -> None:
    opened(page, site_url)
    found = page.evaluate(
        """async files => {
            const { digestOf, imageOf, problemsOf } = await import("/scripts/firmware.js");
            return Promise.all(files.map(async octets => {
                const raw = Uint8Array.from(octets);
                const problems = problemsOf(raw);
                if (problems.length) return { problems };
                const { fields, hardware, image } = imageOf(raw);
                return { problems, fields, hardware, sha256: await digestOf(image) };
            }));
        }""",
        [list(raw) for raw in BROKEN],
    )
    for raw, said in zip(BROKEN, found, strict=True):
        reading = read_image(raw)
        told = [[one.offset, one.message, one.fix] for one in reading.problems]
        assert said["problems"] == told
        if reading.image:
            image = reading.image
            assert said["sha256"] == image.sha256
            assert tuple(said["hardware"]) == image.hardware
            assert list(said["fields"].values()) == [
                image.manufacturer_identifier,
                image.firmware_version,
            ]
