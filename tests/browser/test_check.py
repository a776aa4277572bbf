""" "Check my meter" in a real browser: forgiving to read, exact to match, each state in its own words."""

import csv
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cpl_registry.outputs.verdicts import LEADS, Install
from playwright.sync_api import Browser, FilePayload, Page

from tests.answer_states import KEYS, entry_id
from tests.browser.conftest import REPOSITORY, Serve
from tests.browser.seeing import heard, seen
from tests.browser.walking import walk
from tests.builders import entry, register
from tests.site_files import read_html
from tests.test_site import HOSTILE, built

SITE = REPOSITORY / "build" / "site"
QUERIES = 1000
HEX = "0123456789ABCDEF"
Key = tuple[str, str, str, str, str]
"""Device type, manufacturer, model, hardware version and revision, firmware."""


def devices() -> list[dict[str, str]]:
    """The entries of build/site, from the API."""
    text = (SITE / "api/v1/devices.json").read_text(encoding="utf-8")
    found: list[dict[str, str]] = json.loads(text)["devices"]
    return found


def key_of(one: dict[str, str]) -> Key:
    hardware = one["hardware_version"] + one["hardware_revision"]
    return (
        one["device_type"],
        one["manufacturer_identifier"],
        one["model_identifier"],
        hardware,
        one["firmware_version"],
    )


# ------------------------------------------------------------------------ 1,000 questions and an oracle


def written(key: Key, rng: random.Random) -> str:
    """The key as somebody might write it: the digits stay what they are."""
    kind, maker, model, hardware, firmware = key
    mark = rng.choice([" ", ":", ".", "-", ""])
    bytewise = mark.join(firmware[at : at + 2] for at in range(0, 8, 2))
    prefix = rng.choice(["", "0x"])
    plain = " ".join(f"{prefix}{part}" for part in (maker, model, hardware, firmware))
    duis = {
        "DeviceType": {"CH": rng.choice(["CHF", "GPF"])}.get(kind, kind),
        "DeviceManufacturer": maker,
        "DeviceModel": model + hardware,
        "DeviceFirmwareVersion": firmware,
    }
    names = rng.choice(
        [
            ("Manufacturer", "Model", "Hardware", "Firmware"),
            ("manufacturer id", "model identifier", "HW", "FW version"),
            ("mfr", "device model", "hw version", "firmware_version"),
        ]
    )
    labelled = [f"{name}: {text}" for name, text in zip(names, key[1:], strict=True)]
    rng.shuffle(labelled)
    made = rng.choice(
        [
            plain,
            f"  {plain}\n",
            f"{maker}{model}{hardware}{firmware}",
            f"{maker} {model} {hardware[:2]} {hardware[2:]} {bytewise}",
            f"{maker}\t{model}{hardware}\t{bytewise}",
            f"{maker},{model},{hardware},{firmware}",
            ", ".join(labelled),
            json.dumps(duis),
            json.dumps(duis)[1:-1],
            "".join(f"<sr:{name}>{text}</sr:{name}>" for name, text in duis.items()),
            f"2026-11-22;row;{duis['DeviceType']};{plain}",
            f"DeviceManufacturer,DeviceModel,DeviceFirmwareVersion\n{maker},{model}{hardware},{firmware}",
            f"00-11-22-33-44-55-66-77 {duis['DeviceType']} {plain} V4.2",
        ]
    )
    return rng.choice([made, made.lower(), made])


def typed(text: str) -> bool:
    """Whether a way of writing names the device type."""
    low = text.lower()
    return "devicetype" in low or ";row;" in low or "00-11-22" in low


def questions(rows: list[dict[str, str]]) -> Iterator[tuple[str, list[str] | None]]:
    """Texts, and what the list has for each: None where a text is no Device Model."""
    rng = random.Random(20261122)  # noqa: S311 - the same questions each time
    keys = [key_of(one) for one in rows]
    ids = {key: one["entry_id"] for key, one in zip(keys, rows, strict=True)}
    published = [
        line
        for name in ("dcc/cpl-dcc-extract.csv", "data/cpl.csv")
        for line in (SITE / name).read_text(encoding="utf-8").splitlines()[1:]
    ]
    for number in range(QUERIES):
        key = rng.choice(keys)
        if number % 10 == 0:
            line = rng.choice(published)
            yield line, [next(csv.reader([line]))[0]]
            continue
        if number % 10 == 1:
            yield ids[key].upper() if number % 20 == 1 else f"…/devices/{ids[key]}/", [ids[key]]
            continue
        if number % 10 in {2, 3, 4}:
            key = one_digit_off(key, rng)
        if number % 10 == 5:
            digits = "".join(key[1:])
            at = rng.randrange(len(digits))
            yield digits[:at] + digits[at + 1 :], None
            continue
        text = written(key, rng)
        wanted = {ids[one] for one in keys if one[1:] == key[1:]}
        if typed(text):
            wanted = {ids[one] for one in keys if one == key}
        yield text, sorted(wanted)


def one_digit_off(key: Key, rng: random.Random) -> Key:
    kind, *parts = key
    field = rng.randrange(4)
    at = rng.randrange(len(parts[field]))
    other = rng.choice([digit for digit in HEX if digit != parts[field][at]])
    parts[field] = parts[field][:at] + other + parts[field][at + 1 :]
    return kind, parts[0], parts[1], parts[2], parts[3]


ASK = """async (texts) => {
  const { read, lookup } = await import(new URL("../scripts/reading.js", location.href));
  const shards = new Map();
  for (const one of document.querySelectorAll("[data-code]")) {
    const said = await fetch(`../api/v1/check/${one.dataset.code.toLowerCase()}.json`);
    shards.set(one.dataset.code, (await said.json()).entries);
  }
  return texts.map((text) => {
    const found = read(text);
    if (found.problems.length) return null;
    return lookup(shards.get(found.manufacturer) ?? [], found).hits.map((one) => one.entry_id).sort();
  });
}"""


def test_a_thousand_questions_are_answered_as_by_the_oracle(page: Page, site_url: str) -> None:
    asked = list(questions(devices()))
    page.goto(f"{site_url}/check/")
    got = page.evaluate(ASK, [text for text, _ in asked])
    wrong = [
        (text, wanted, found)
        for (text, wanted), found in zip(asked, got, strict=True)
        if found != wanted
    ]
    assert wrong == []
    assert sum(wanted is None for _, wanted in asked) == QUERIES // 10
    assert sum(bool(wanted) for _, wanted in asked) > QUERIES / 2
    assert sum(wanted == [] for _, wanted in asked) > QUERIES / 4


def test_one_changed_digit_never_hits(page: Page, site_url: str) -> None:
    rows = devices()
    listed = {key_of(one)[1:] for one in rows}
    texts = []
    for one in rows[:: max(1, len(rows) // 10)]:
        digits = "".join(key_of(one)[1:])
        for at in range(20):
            for digit in HEX:
                other = digits[:at] + digit + digits[at + 1 :]
                if (other[:4], other[4:8], other[8:12], other[12:]) not in listed:
                    texts.append(other)
    page.goto(f"{site_url}/check/")
    assert len(texts) > 2500
    assert {json.dumps(one) for one in page.evaluate(ASK, texts)} == {"[]"}


NOT_READ = (
    "",
    "hello",
    "F0A1",
    "F0A1 5 203 38040404",
    "F0A1 0005 0203 38.4.4.4",
    "F0A1 0005 0203 3804040G",
    "F0A1 0005 0203 38040404 38040404",
    "Manufacturer: Landis Model: 0005 Hardware: 0203 Firmware: 38040404",
    "Manufacturer: F0A1 Model: 0005 Firmware: 38040404",
    "Manufacturer: F0A1 Model: 0005 Hardware: 0203 Firmware: 38040404 Firmware: 38040405",
    '{"DeviceManufacturer": "F0A1", "DeviceModel": 50203, "DeviceFirmwareVersion": "38040404"}',
    "constructor: F0A1 __proto__ 0005 0203 3804040",
)


def test_what_is_no_device_model_is_not_guessed(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/check/")
    got = page.evaluate(ASK, NOT_READ)
    assert [text for text, ids in zip(NOT_READ, got, strict=True) if ids is not None] == []


# ------------------------------------------------------------------------------------- what is shown


TOP = "one => document.querySelector(one).getBoundingClientRect().top"


def test_each_state_is_shown_first_in_the_words_of_its_page(
    page: Page, states: Path, states_url: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{states_url}/check/")
    for kind, firmware in KEYS.items():
        file = states / "devices" / entry_id(kind) / "index.html"
        paragraphs = read_html(file.read_text(encoding="utf-8")).paragraphs
        told = next(one for one in paragraphs if re.search(" (On|Not on) the list", one))
        page.locator("#q").fill(f"F0A1 0005 0203 {firmware}")
        page.locator("#one").get_by_role("button").click()
        page.locator(".cpl-which", has_text=entry_id(kind)).wait_for()
        assert page.evaluate("document.activeElement.id") == "result-heading"
        assert -1 < page.evaluate(TOP, "#result-heading") < 40, kind
        assert page.evaluate(TOP, "#answers .cpl-answer") < 422, kind
        sentence, word = (
            page.locator(f"#answers .cpl-{part}").inner_text() for part in ("sentence", "tag")
        )
        assert told == f"{word} {sentence}"
        verdict = " ".join(page.locator("#answers .cpl-verdict").inner_text().split())
        assert verdict in read_html(file.read_text(encoding="utf-8")).text
        question = f"May ESME F0A1 0005 0203 {firmware} be installed?"
        assert page.locator("#result-heading").inner_text() == question
        verdict = verdict.removeprefix(f"{question} ")
        lead = verdict.partition(":")[0]
        assert page.title().startswith(f"{lead}: {word} - Check my meter")
        assert page.locator("#said").inner_text().startswith(verdict)
        assert sentence in page.locator("#said").inner_text()
    page.goto(f"{states_url}/check/?q=F0A1+0005+0203+38040001")
    page.locator(".cpl-sentence").wait_for()
    assert -1 < page.evaluate(TOP, "#result-heading") < 40
    assert page.evaluate("document.activeElement === document.body")


def test_every_entry_of_the_demonstration_is_answered(page: Page, site_url: str) -> None:
    rows = devices()
    page.goto(f"{site_url}/check/")
    told = page.evaluate(
        """async (ids) => {
          const { answer } = await import(new URL("../scripts/check.js", location.href));
          const { read } = await import(new URL("../scripts/reading.js", location.href));
          const all = [];
          for (const id of ids) {
            const { said } = await answer(read(id));
            all.push(said.map((one) => [one.entry_id, one.state, one.sentence, one.installing]));
          }
          return all;
        }""",
        [one["entry_id"] for one in rows],
    )
    assert [[said[0] for said in one] for one in told] == [[one["entry_id"]] for one in rows]
    assert all(len(said[2]) > 40 and len(said[3]) > 20 for one in told for said in one)
    by_state: dict[str, set[str]] = {}
    for ((_, state, _, installing),) in told:
        by_state.setdefault(state, set()).add(installing)
    assert len(by_state) >= 6


def test_what_the_list_has_not_is_told_and_the_near_ones_stand_apart(
    page: Page, states_url: str
) -> None:
    page.goto(f"{states_url}/check/?q=F0A1+0005+0203+3804FFFF")
    page.locator(".cpl-sentence").wait_for()
    assert page.locator("#answers .cpl-tag").inner_text() == "Not on the list"
    near = page.locator("#near")
    assert near.get_by_role("heading").inner_text() == "Not this one: others that are near"
    assert near.locator("li").count() == 5
    assert page.locator("#answers a").count() == 0
    assert "SMETS1 meters are not on this list" in page.locator("#smets1").inner_text()


def test_smets1_and_what_cannot_be_read_have_words_of_their_own(
    page: Page, states_url: str
) -> None:
    page.goto(f"{states_url}/check/?q=F0A1+0005+0203+3804FFFF+SMETS1")
    page.locator("#answers .cpl-tag", has_text="SMETS1, on another list").wait_for()
    page.goto(f"{states_url}/check/?q=IHD+F0A1+0005+0203+38040001")
    page.locator("#answers .cpl-tag", has_text="Type 2, not on this list").wait_for()
    page.goto(f"{states_url}/check/?q=F0A1+00")
    page.locator("#answers .cpl-tag", has_text="Not understood").wait_for()
    assert "6 hex digits were found" in page.locator("#problems").inner_text()


def test_two_types_with_one_key_are_both_shown(page: Page, serve: Serve, tmp_path: Path) -> None:
    both = register(entry(), entry(device_type="GSME"))
    with serve(built(tmp_path / "build", both).site) as url:
        page.goto(f"{url}/check/?q=F0A1+0005+0203+38040404")
        page.locator(".cpl-sentence").first.wait_for()
        assert page.locator("#answers .cpl-verdict > :first-child").all_inner_texts() == [
            f"May {kind} F0A1 0005 0203 38040404 be installed?" for kind in ("ESME", "GSME")
        ]
        assert page.locator("#answers article").count() == 2
        page.goto(f"{url}/check/?q=ESME+F0A1+0005+0203+38040404")
        page.locator(".cpl-sentence").first.wait_for()
        assert page.locator("#answers article").count() == 1


def test_how_it_was_read_is_shown(page: Page, states_url: str) -> None:
    page.goto(f"{states_url}/check/?q=esme+0xf0a1+0005+02:03+38.04.00.01+Albion")
    page.locator(".cpl-sentence").wait_for()
    assert page.locator("#reading tbody tr").all_inner_texts() == [
        "Device type\tesme\tESME",
        "Manufacturer identifier\t0xf0a1\tF0A1",
        "Model identifier\t0005\t0005",
        "Hardware version and revision\t02:03\t0203",
        "Firmware version\t38.04.00.01\t38040001",
    ]
    assert page.locator("#unread").inner_text().endswith(": Albion")


def test_an_answer_costs_one_small_request(page: Page, states_url: str) -> None:
    asked: list[str] = []
    page.goto(f"{states_url}/check/", wait_until="networkidle")
    page.on("request", lambda request: asked.append(request.url.removeprefix(states_url)))
    for firmware in ("38040001", "38040002", "3804FFFF"):
        page.locator("#q").fill(f"F0A1 0005 0203 {firmware}")
        page.locator("#q").press("Enter")
        page.get_by_role("cell", name=firmware).first.wait_for()
    page.locator("#q").fill("F0B9 0005 0203 38040001")
    page.locator("#q").press("Enter")
    page.get_by_role("cell", name="F0B9").first.wait_for()
    # A browser may ask for the icon again wherever the address changes.
    assert [one for one in asked if "favicon" not in one] == ["/api/v1/check/f0a1.json"]


# ---------------------------------------------------------------------------------- keyboard, everyone


def test_a_keyboard_asks_and_goes_back(page: Page, states_url: str) -> None:
    page.goto(f"{states_url}/check/")
    walk(page, "#q")
    page.keyboard.type("f0a1 0005 0203 38040001")
    page.keyboard.press("Enter")
    page.locator(".cpl-sentence").wait_for()
    assert page.url.endswith("?q=f0a1+0005+0203+38040001")
    assert page.evaluate("document.activeElement.id") == "result-heading"
    walk(page, "#by-field summary", "Shift+Tab")
    page.keyboard.press("Space")
    walk(page, "#f-type")
    page.keyboard.type("ESME")
    walk(page, "#f-manufacturer")
    for text in ("F0A1", "0005", "02 03", "38 04 00 0B"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#answers .cpl-tag", has_text="Removed: Withdrawn").wait_for()
    page.go_back()
    page.locator("#answers .cpl-tag", has_text="Active, loaded").wait_for()
    assert page.locator("#q").input_value() == "f0a1 0005 0203 38040001"
    page.go_back()
    page.locator("#result").wait_for(state="hidden")


def test_an_answer_and_a_list_have_no_fault_in_any_setting(page: Page, states_url: str) -> None:
    said = heard(page, f"{states_url}/")
    page.goto(f"{states_url}/check/?q=ESME+F0A1+0005+0203+3804FFFF+or+so")
    page.locator("#near").wait_for()
    for summary in page.locator("main summary").all():
        summary.click()
    page.locator("#pasted").fill("F0A1 0005 0203 38040001")
    page.get_by_role("button", name="Check the list").click()
    page.get_by_text("1 device checked.").wait_for()
    assert [*seen(page), *said] == []


def test_without_scripts_the_lists_are_named(browser: Browser, site_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{site_url}/check/")
        assert page.locator("noscript p").is_visible()
        codes = page.locator("#codes li")
        assert codes.count() == len({one["manufacturer_identifier"] for one in devices()})
        codes.first.get_by_role("link").click()
        assert page.locator("table.cpl tbody tr").count() > 0
    finally:
        context.close()


SHIFTS = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.shifts += one.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.mark.parametrize("path", ["check/?q=F0A1+0005+0203+38040001", "devices/?q=38", "devices/"])
def test_nothing_jumps(page: Page, states_url: str, path: str) -> None:
    page.add_init_script(f"({SHIFTS})()")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{states_url}/{path}")
        page.locator(".cpl-sentence, [data-finder=ready] #found").first.wait_for()
        page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
        assert page.evaluate("window.shifts") == 0, width


def test_nothing_that_a_register_says_becomes_markup(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    held = entry(
        model_name=HOSTILE,
        gbcs_version=HOSTILE,
        technical_specification={"name": HOSTILE, "version": HOSTILE},
        assurance_certificates=[{"scheme": "CPA", "number": HOSTILE, "expires": "2026-11-01"}],
    )
    makers = {"albion-metering": {"name": HOSTILE, "zigbee_codes": ["F0A1"]}}
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    site = built(tmp_path / "build", register(held, manufacturers=makers)).site
    with serve(site) as url:
        for address in (
            f"{url}/check/?q=F0A1+0005+0203+38040404",
            f"{url}/check/?q=<img src=x onerror=alert(1)> F0A1 0005 0203 38040404",
            f"{url}/devices/?q=alert",
            (site / "data/cpl-finder.html").as_uri(),
        ):
            page.goto(address)
            page.locator(".cpl-sentence, [data-finder=ready] #found").first.wait_for()
            shown = page.locator("#table tbody, #answers").inner_text()
            assert "<script>alert(1)</script>" in shown
            assert page.locator("main img, [onerror], main script:not([type])").count() == 0


# -------------------------------------------------------------------------------------------- many


@pytest.fixture
def many(page: Page, states_url: str) -> Callable[[str, str], list[list[str]]]:
    """Gives a file to the page and takes the answers that it hands back."""
    page.goto(f"{states_url}/check/")
    page.locator("#many summary").click()

    def run(name: str, text: str) -> list[list[str]]:
        page.locator("#file").set_input_files(
            FilePayload(name=name, mimeType="text/plain", buffer=text.encode())
        )
        page.locator("#counts").wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the list").click()
        raw = Path(download.value.path()).read_bytes().decode()
        return list(csv.reader(raw.splitlines(keepends=True)))

    return run


def test_ten_thousand_rows_are_judged_here_without_a_request(
    page: Page, many: Callable[[str, str], list[list[str]]]
) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    kinds = list(KEYS)
    firmware = [KEYS[kinds[row % len(kinds)]] if row % 20 else "3804FFFF" for row in range(10_000)]
    rows = [f"{number},F0A1,00050203,{one}" for number, one in enumerate(firmware)]
    text = "Meter,DeviceManufacturer,DeviceModel,DeviceFirmwareVersion\n" + "\n".join(rows)
    told = many("meters.csv", text)
    assert told[0][:5] == ["Meter", *text.split("\n")[0].split(",")[1:], "read_as"]
    verdict = told[0].index("verdict")
    assert {row[verdict] for row in told[1:]} == {LEADS[install] for install in Install}
    assert len(told) == 10_001
    state = told[0].index("state")
    for row, one in zip(told[1:], firmware, strict=True):
        wanted = next((kind for kind in kinds if KEYS[kind] == one), "not-listed")
        assert row[state] == wanted
    assert [one for one in asked if not one.startswith("blob:")] == []
    counted = page.locator("#verdicts tbody td.cpl-number").all_inner_texts()
    assert sum(int(one.replace(",", "")) for one in counted) == 10_000


def test_more_rows_than_that_are_refused(page: Page, states_url: str) -> None:
    page.goto(f"{states_url}/check/")
    page.locator("#many summary").click()
    rows = "F0A1 0005 0203 38040001\n"
    page.evaluate("rows => { document.getElementById('pasted').value = rows; }", rows * 10_001)
    page.get_by_role("button", name="Check the list").click()
    page.get_by_text("10,001 rows, and at most 10,000").wait_for()


DUIS = {
    "DeviceType": "ESME",
    "DeviceManufacturer": "F0A1",
    "DeviceModel": "00050203",
    "DeviceFirmwareVersion": "38040001",
}
ELEMENTS = "".join(f"<s:{name}>{text}</s:{name}>" for name, text in DUIS.items())
SHAPES = (
    ("a.csv", "entry_id\nesme-f0a1-0005-02-03-38040001\n"),
    ("b.csv", "FW;HW;Model;Manufacturer\n38040001;0203;0005;f0a1\n"),
    ("c.txt", "F0A1\t0005\t0203\t38040001\n"),
    (
        "d.json",
        json.dumps({"DSPInventory": {"Device": [DUIS]}}),
    ),
    (
        "e.xml",
        f'<s:R xmlns:s="x"><s:DSPInventory><s:Device>{ELEMENTS}</s:Device></s:DSPInventory></s:R>',
    ),
)


def test_a_list_may_come_in_any_of_these_shapes(
    many: Callable[[str, str], list[list[str]]],
) -> None:
    for name, text in SHAPES:
        told = many(name, text)
        assert len(told) == 2
        assert told[1][-6:-2] == [
            "esme-f0a1-0005-02-03-38040001",
            "Yes, by this list",
            "listed-loaded",
            "Active, loaded",
        ]


@pytest.mark.parametrize("name", ["read-inventory.xml", "read-inventory.json", "odd-devices.csv"])
def test_an_inventory_is_read_as_the_command_reads_it(
    page: Page, site_url: str, many: Callable[[str, str], list[list[str]]], name: str
) -> None:
    from cpl_registry.records.inventory import read_inventory
    from cpl_registry.state.inventory_key import ReadModel, read_model

    raw = (REPOSITORY / "tests" / "inventory" / name).read_bytes()
    found = read_inventory(raw)
    assert isinstance(found, tuple)
    page.goto(f"{site_url}/check/")  # where all types are known
    page.locator("#many summary").click()
    told = many(name, raw.decode())
    read_as = told[0].index("read_as")
    types = ("ESME", "GSME", "CH", "PPMID", "HCALCS")
    wanted = [read_model(one, types) for one in found]
    assert [row[read_as] for row in told[1:]] == [
        one.entry_id if isinstance(one, ReadModel) else "" for one in wanted
    ]
    assert ("type-2" in [row[read_as + 3] for row in told]) is (name == "odd-devices.csv")


def test_no_cell_of_a_download_starts_a_formula(
    many: Callable[[str, str], list[list[str]]],
) -> None:
    told = many("x.csv", 'note,entry_id\n"=1+1",esme-f0a1-0005-02-03-38040001\n@x,-2\n')
    cells = [cell for row in told for cell in row]
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []


NO_LISTS = (
    ('a,"b', "never closed"),
    ("<!DOCTYPE x><x/>", "document type declaration"),
    ("<x>", "the XML cannot be read"),
    ("{", "the JSON cannot be read"),
    ("[]", "it has no device"),
)


def test_what_is_no_list_is_told(page: Page, states_url: str) -> None:
    page.goto(f"{states_url}/check/")
    page.locator("#many summary").click()
    for text, told in NO_LISTS:
        page.locator("#pasted").fill(text)
        page.get_by_role("button", name="Check the list").click()
        page.locator("#progress").filter(has_text=told).wait_for()
