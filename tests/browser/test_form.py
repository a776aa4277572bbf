"""The form for submissions: by keyboard it makes the file that the commands write for the same answers."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cpl_registry.records.canonical import ENTRY_FIRST_LINE
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import REPOSITORY
from tests.browser.forms import HASH, ON, PAGE, listed, made_quickly, opened, quickly, sibling
from tests.browser.seeing import heard, seen
from tests.browser.walking import (
    answer,
    answer_all,
    choose_file,
    field_id,
    go_back_to,
    go_to,
    press,
    until,
    walk,
)
from tests.clones import Done, cpl_here
from tests.firmware_samples import SAMPLE_HASH, firmware_file

NEW = {
    "device_type": "ESME",
    "manufacturer": "albion-metering",
    "manufacturer_identifier": "F0A1",
    "model_identifier": "00F1",
    "model_name": "AM-900 three phase, d'Été",
    "hardware_version": "02",
    "hardware_revision": "0A",
    "firmware_version": "1E100000",
    "esme_variant": "ADE",
    "technical_specification.version": "5.4",
    "gbcs_version": "4.3",
    "assurance_certificates.ZigBee.number": "DEMO-ZIG-0900",
    "assurance_certificates.ZigBee.issued": "2026-01-15",
    "assurance_certificates.DLMS.number": "DEMO-DLMS-0900",
    "assurance_certificates.DLMS.issued": "2026-01-20",
    "assurance_certificates.CPA.number": "DEMO-CPA-0900",
    "assurance_certificates.CPA.issued": "2026-02-03",
    "assurance_certificates.CPA.expires": "2032-02-03",
    "manufacturer_image.sha256": HASH,
    "manufacturer_image.upgrades_from": "not-applicable",
    "evidence.kind": "zigbee-firmware-mapping",
    "evidence.reference": "SECAS-EV-0900",
    "history.date": ON,
    "history.reference": "SUB-2026-0900",
}
SHOWN = {"manufacturer": "Albion Metering Ltd"}
"""What a choice shows where that is not the value."""
SITE = REPOSITORY / "build" / "site"
TEXT = "document.getElementById('result-text').textContent"
PROBLEMS = "[...document.querySelectorAll('#problems li')].map(one => one.textContent)"


@pytest.fixture
def form(page: Page, site_url: str) -> Iterator[Page]:
    """A page that may say nothing in the console, and ask no other host."""
    faults = heard(page, f"{site_url}/")
    yield page
    assert faults == []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the register that the site is built from."""
    shutil.copytree(REPOSITORY / "cpl", tmp_path / "cpl")
    return tmp_path


def made(page: Page) -> str:
    """The file that the form makes now; the button is pressed by keyboard."""
    press(page, "Make the file")
    until(
        page,
        "!document.getElementById('result').hidden || !document.getElementById('problems').hidden",
    )
    assert page.evaluate(PROBLEMS) == []
    assert page.evaluate("document.activeElement.id") == "result-heading"
    return str(page.evaluate(TEXT))


def written(root: Path, done: Done) -> str:
    """The file that a command wrote."""
    assert done.code == 0, done.told
    path = done.out.decode().rpartition("commit ")[2].strip()
    return (root / path).read_text("utf-8")


def assert_valid(root: Path, done: Done) -> None:
    """What the form made, and the command wrote, has no error in its register."""
    path = done.out.decode().rpartition("commit ")[2].strip()
    judged = cpl_here("validate", path, "--root", root, "--on", ON)
    assert judged.code == 0, judged.told


def open_entry(page: Page, url: str, *, downs: int) -> None:
    """An entry by keyboard: the fold opened, the act chosen with so many arrows, its id typed in capitals."""
    opened(page, url)
    walk(page, "#which summary")
    page.keyboard.press("Space")
    walk(page, "#which-form [name=act]")
    for _ in range(downs):
        page.keyboard.press("ArrowDown")
    go_to(page, "which-entry")
    page.keyboard.type(listed().upper())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    until(page, "document.documentElement.dataset.form === 'ready'")


def earlier(root: Path) -> Path:
    kind, code, model, version, revision, firmware = listed().split("-")
    (path,) = root.glob(f"cpl/devices/{kind}/*/{code}-{model}-{version}{revision}-{firmware}.yaml")
    return path


def test_a_new_entry_by_keyboard_is_what_cpl_new_writes(
    form: Page, site_url: str, root: Path
) -> None:
    opened(form, site_url)
    answer_all(form, {path: SHOWN.get(path, text) for path, text in NEW.items()})
    text = made(form)
    fields = {path: one for path, one in NEW.items() if not path.startswith(("history", "evid"))}
    options = [f"--set={path}={one}" for path, one in fields.items()]
    options += ["--set=evidence.zigbee-firmware-mapping=SECAS-EV-0900"]
    options += ["--reference", NEW["history.reference"], "--root", str(root), "--on", ON]
    done = cpl_here("new", *options)
    assert text == written(root, done)
    path = "cpl/devices/esme/albion-metering/f0a1-00f1-020a-1e100000.yaml"
    assert form.evaluate("document.getElementById('result-path').textContent") == path
    assert_valid(root, done)

    with form.expect_download() as download:
        press(form, "Download the file")
    assert download.value.suggested_filename == "f0a1-00f1-020a-1e100000.yaml"
    assert Path(download.value.path()).read_text("utf-8") == text


def test_an_amendment_by_keyboard_is_what_cpl_amend_writes(
    form: Page, site_url: str, root: Path
) -> None:
    open_entry(form, site_url, downs=1)
    assert form.url.endswith(f"?act=amend&entry={listed().upper()}")
    changed = {
        "model_name": "AM-100 renamed",
        "assurance_certificates.ZigBee.number": "DEMO-ZIG-0901",
        "manufacturer_image.upgrades_from": "not-applicable",
    }
    if "not-applicable" in earlier(root).read_text("utf-8"):
        changed["manufacturer_image.upgrades_from"] = sibling()
    answer_all(form, {**changed, "history.date": ON, "history.reason": "Sold under another name"})
    text = made(form)
    given = [f"{path}={value}" for path, value in changed.items()]
    reason = ["--reason", "Sold under another name", "--root", str(root), "--on", ON]
    done = cpl_here("amend", listed(), *given, *reason)
    assert text == written(root, done)
    assert_valid(root, done)
    told = form.locator("#result-changes li").all_inner_texts()
    assert len(told) == len(changed)
    assert "to AM-100 renamed" in told[0]


def test_a_dropped_value_is_what_cpl_amend_writes(form: Page, site_url: str, root: Path) -> None:
    opened(form, site_url, f"?entry={listed()}&act=amend")
    answer_all(form, {"model_name": "", "history.date": ON})
    text = made(form)
    done = cpl_here("amend", listed(), "model_name=", "--root", str(root), "--on", ON)
    assert text == written(root, done)


def test_a_renewal_by_keyboard_is_what_cpl_renew_writes(
    form: Page, site_url: str, root: Path
) -> None:
    open_entry(form, site_url, downs=2)
    lead = "assurance_certificates.CPA."
    shown = form.evaluate(
        "[...document.querySelectorAll('#form [data-path]')].filter(one => one.checkVisibility())"
        ".map(one => one.dataset.path)"
    )
    ends = [f"{lead}{part}" for part in ("number", "issued", "expires", "renewal_due")]
    assert shown == [*ends, "history.date", "history.reason", "history.reference"]
    answers = dict(zip(ends, ("DEMO-CPA-0901", "2026-11-02", "", "2032-11-02"), strict=True))
    answer_all(form, {**answers, "history.date": ON, "history.reference": "SUB-2026-0901"})
    text = made(form)
    options = ["--number", "DEMO-CPA-0901", "--issued", "2026-11-02", "--renewal-due", "2032-11-02"]
    options += ["--reference", "SUB-2026-0901", "--root", str(root), "--on", ON]
    done = cpl_here("renew", listed(), *options)
    assert text == written(root, done)
    assert_valid(root, done)


def test_new_firmware_by_keyboard_from_its_file_is_what_cpl_new_writes(
    form: Page, site_url: str, root: Path
) -> None:
    """From the form's address to the file: nothing but keys, the file picker's window excepted."""
    hardware = int("".join(listed().split("-")[3:5]), 16)
    raw = firmware_file(manufacturer=0xF0A1, firmware=0x38040477, hardware=(hardware, hardware))
    file = root / "firmware.ota"
    file.write_bytes(raw)
    open_entry(form, site_url, downs=0)
    assert "New firmware of" in form.locator("#mode").inner_text()
    assert form.input_value(f"#{field_id('firmware_version')}") == ""
    assert form.input_value(f"#{field_id('model_identifier')}") == listed()[10:14].upper()
    choose_file(form, "firmware", file)
    until(form, "document.getElementById('firmware-told').textContent !== ''")
    assert form.input_value(f"#{field_id('manufacturer_image.sha256')}") == SAMPLE_HASH
    assert form.input_value(f"#{field_id('firmware_version')}") == "38040477"
    press(form, listed(), key="Space")
    answer(form, "history.date", ON)
    text = made(form)
    options = ["--image", str(file), "--from", listed(), "--upgrades-from", listed()]
    done = cpl_here("new", *options, "--root", str(root), "--on", ON)
    assert text == written(root, done)
    assert_valid(root, done)


def test_what_is_wrong_is_told_at_its_field_and_at_the_top(form: Page, site_url: str) -> None:
    opened(form, site_url)
    answer(form, "device_type", "ESME")
    answer(form, "manufacturer", "Albion Metering Ltd")
    answer(form, "model_identifier", "00G1")
    form.keyboard.press("Tab")
    problem = form.locator(f"#{field_id('model_identifier')}-problem")
    assert problem.inner_text() == "Write exactly 4 hex digits, upper case."
    field = form.locator(f"#{field_id('model_identifier')}")
    assert field.get_attribute("aria-invalid") == "true"
    assert problem.get_attribute("id") in (field.get_attribute("aria-describedby") or "").split()
    until(form, "document.getElementById('said').textContent.startsWith('Model identifier: Write')")
    # Nothing is told of what nobody has come to yet.
    assert form.locator(".cpl-problem:visible").count() == 1
    press(form, "Make the file")
    until(form, "document.activeElement.id === 'problems'")
    told = form.evaluate(PROBLEMS)
    assert told[0] == "Model identifier: Write exactly 4 hex digits, upper case."
    assert any(one.startswith("CPA Certificate, expiry date: Give") for one in told)
    assert "ESME variant" not in " ".join(told)
    form.keyboard.press("Tab")
    form.keyboard.press("Enter")
    assert form.evaluate("document.activeElement.id") == field_id("model_identifier")
    go_back_to(form, field_id("manufacturer"))
    go_to(form, field_id("model_identifier"))
    answer(form, "model_identifier", "00f1")
    form.keyboard.press("Tab")
    until(form, "document.getElementById('said').textContent.includes('00F1')")
    assert not problem.is_visible()


def wrong_answers() -> list[tuple[Mapping[str, str], str, str]]:
    """Answers that are wrong beside those of NEW, the field that tells it, and words of what it tells."""
    _, _, model, version, revision, firmware = listed().upper().split("-")
    return [
        ({"manufacturer_identifier": "F0A2"}, "manufacturer_identifier", "belongs to Brigantia"),
        (
            {
                "model_identifier": model,
                "hardware_version": version,
                "hardware_revision": revision,
                "firmware_version": firmware,
            },
            "firmware_version",
            "is in the register already",
        ),
        (
            {"gbcs_version": "4.1"},
            "gbcs_version",
            "SMETS2 5.4 goes with GBCS 4.3, not with GBCS 4.1",
        ),
        ({"gbcs_version": "1.0"}, "gbcs_version", "not with GBCS 1.0"),
        (
            {"assurance_certificates.DLMS.issued": "2026-02-30"},
            "assurance_certificates.DLMS.issued",
            "There is no such day",
        ),
        (
            {"assurance_certificates.CPA.expires": "2026-02-01"},
            "assurance_certificates.CPA.expires",
            "before the day of issue",
        ),
        (
            {"assurance_certificates.CPA.renewal_due": "2033-03-01"},
            "assurance_certificates.CPA.renewal_due",
            "never both",
        ),
        (
            {"manufacturer_image.sha256": "0" * 64},
            "manufacturer_image.sha256",
            "one digit repeated",
        ),
        (
            {
                "manufacturer_image.sha256": (
                    "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
                )
            },
            "manufacturer_image.sha256",
            "empty file",
        ),
        (
            {"manufacturer_image.upgrades_from": listed()},
            "manufacturer_image.upgrades_from",
            "another product",
        ),
        (
            {"manufacturer_image.upgrades_from": "esme-f0a1-00f1-02-0a-00000009"},
            "manufacturer_image.upgrades_from",
            "no entry",
        ),
        ({"model_name": "Модель A"}, "model_name", "one script"),
        ({"model_name": "=1+1"}, "model_name", "with a letter or digit first"),
        ({"history.reference": "no such"}, "history.reference", "as it is cited"),
    ]


def test_each_mistake_is_told_where_it_is(form: Page, site_url: str) -> None:
    """All of them on one page: what is wrong is put right again before the next."""
    opened(form, site_url)
    right = {path: text for path, text in NEW.items() if not path.startswith("evidence.")}
    quickly(form, right)
    for wrong, path, words in wrong_answers():
        problem = form.locator(f"#{field_id(path)}-problem")
        quickly(form, wrong)
        assert made_quickly(form) == "", wrong
        assert words in problem.inner_text()
        quickly(form, {one: right.get(one, "") for one in wrong})
        assert made_quickly(form) != "", form.evaluate(PROBLEMS)


def test_what_may_be_submitted_and_not_listed_today_is_noted(form: Page, site_url: str) -> None:
    opened(form, site_url, f"?entry={listed()}&act=new-firmware")
    day = {"history.date": "2020-01-01"}
    own = {"firmware_version": "38040499", "manufacturer_image.sha256": HASH}
    quickly(form, {**own, **day, "gbcs_version": "4.3", "technical_specification.version": "5.4"})
    assert made_quickly(form) != ""
    noted = form.locator("#result-notes").inner_text()
    assert "To be checked: GBCS version. GBCS 4.3 starts on 2025-03-18" in noted


def test_without_a_secure_context_the_page_says_so(page: Page, site_url: str) -> None:
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    opened(page, site_url)
    page.set_input_files("#firmware", {"name": "a.ota", "mimeType": "", "buffer": firmware_file()})
    until(page, "document.getElementById('firmware-told').textContent !== ''")
    assert "not loaded over https" in page.locator("#firmware-told").inner_text()


def test_a_reload_leaves_nothing_behind(form: Page, site_url: str) -> None:
    opened(form, site_url)
    quickly(form, {"device_type": "ESME", "model_identifier": "00F1"})
    form.reload()
    until(form, "document.documentElement.dataset.form === 'ready'")
    assert form.input_value(f"#{field_id('device_type')}") == ""
    assert form.input_value(f"#{field_id('model_identifier')}") == ""
    kept = "localStorage.length + sessionStorage.length + document.cookie.length"
    assert form.evaluate(kept) == 0
    assert "00F1" not in form.url


def test_a_press_is_not_lost_when_the_field_before_is_judged(form: Page, site_url: str) -> None:
    """The error line comes or goes as the field is left, and would move the button under the pointer."""
    opened(form, site_url)
    button = form.get_by_role("button", name="Make the file")
    problem = form.locator(f"#{field_id('history.reference')}-problem")
    for text in ("no such", "SUB-2026-0900"):
        was = problem.is_visible()
        form.locator(f"#{field_id('history.reference')}").fill(text)
        button.scroll_into_view_if_needed()
        place = button.bounding_box()
        assert place
        form.mouse.move(place["x"] + 9, place["y"] + place["height"] - 4)
        form.mouse.down()
        form.wait_for_timeout(150)  # longer than the answer is judged
        assert problem.is_visible() == was
        assert button.bounding_box() == place
        form.mouse.up()
        until(form, "document.activeElement.id === 'problems'")
        until(
            form,
            f"document.getElementById('{field_id('history.reference')}-problem').hidden === {str(was).lower()}",
        )


def test_a_hash_that_stands_elsewhere_is_noted_at_once(form: Page, site_url: str) -> None:
    row = json.loads((SITE / f"api/v1/devices/{listed()}.json").read_text("utf-8"))["device"]
    problem = form.locator(f"#{field_id('manufacturer_image.sha256')}-problem")
    opened(form, site_url)
    quickly(form, {**NEW, "manufacturer_image.sha256": row["manufacturer_image_hash"]})
    problem.wait_for()
    told = problem.inner_text()
    assert re.fullmatch(
        "To be checked: This image hash stands at [a-z0-9-]+ too: check the hash.", told
    )
    assert (
        form.locator(f"#{field_id('manufacturer_image.sha256')}").get_attribute("aria-invalid")
        is None
    )
    assert made_quickly(form) != ""
    assert told.removeprefix("To be checked: ") in form.locator("#result-notes").inner_text()
    quickly(form, {"manufacturer_image.sha256": HASH})
    problem.wait_for(state="hidden")


def test_labels_say_what_is_required_of_the_type(form: Page, site_url: str) -> None:
    opened(form, site_url)
    label = "[for='{}'] small"
    number = form.locator(label.format(field_id("assurance_certificates.CPA.number")))
    quickly(form, {"device_type": "ESME"})
    assert number.inner_text() == "(required)"
    ends = form.locator(label.format(field_id("assurance_certificates.CPA.expires")))
    assert ends.inner_text() == "(required, or the renewal due date)"
    for path, word in (
        ("model_identifier", "required"),
        ("model_name", "optional"),
        ("history.date", "required"),
        ("history.reason", "optional"),
        ("evidence.kind", "optional"),
    ):
        assert form.locator(label.format(field_id(path))).inner_text() == f"({word})"


def test_an_entry_is_opened_in_any_writing_that_the_check_reads(form: Page, site_url: str) -> None:
    opened(form, site_url, f"?act=new-firmware&entry={'+'.join(listed().upper().split('-')[1:])}")
    assert listed() in form.locator("#mode").inner_text()
    assert form.locator("#candidates button").first.inner_text() == listed()
    reason = form.locator(f"#{field_id('history.reason')}-help")
    assert "First firmware" in reason.inner_text()
    opened(form, site_url, f"?act=amend&entry={listed()}")
    assert "First firmware" not in reason.inner_text()


def test_the_git_host_comes_from_the_settings(page: Page, site_url: str) -> None:
    opened(page, site_url, f"?entry={listed()}&act=renew")
    assert page.locator("#host").get_attribute("hidden") == ""
    assert "names no Git host" in page.locator(".cpl-without-host").first.inner_text()
    assert page.locator(".cpl-with-issue:visible").count() == 0
    metas = (
        '<meta name="cpl-new-file" content="https://git.example/new?filename={path}&amp;value={text}">'
        '<meta name="cpl-edit-file" content="https://git.example/edit/{path}">'
        '<meta name="cpl-new-issue" content="https://git.example/issue">'
    )

    def with_host(route: Route) -> None:
        body = route.fetch().text().replace("<head>", f"<head>{metas}", 1)
        route.fulfill(body=body, content_type="text/html")

    page.route(f"**/{PAGE}*", with_host)
    opened(page, site_url, f"?entry={listed()}&act=new-firmware")
    own = {"firmware_version": "38040478", "manufacturer_image.sha256": HASH}
    quickly(page, {**own, "history.date": ON})
    text = made_quickly(page)
    where = page.evaluate(
        "[...new URL(document.getElementById('host').href).searchParams.entries()]"
    )
    _, code, model, version, revision, _ = listed().split("-")
    assert dict(where) == {
        "filename": f"cpl/devices/esme/albion-metering/{code}-{model}-{version}{revision}-38040478.yaml",
        "value": text,
    }
    assert page.locator(".cpl-with-host:visible").count() == 1
    assert page.locator(".cpl-without-host:visible").count() == 0
    issue = "all => all.filter(one => one.checkVisibility()).map(one => one.href)"
    assert page.locator(".cpl-issue").evaluate_all(issue) == ["https://git.example/issue"] * 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?entry=esme-f0a1-0005-02-03-00000000&act=amend", "There is no entry esme-f0a1"),
        ("?entry=<img src=x onerror=alert(1)>&act=renew", "There is no entry <img src=x"),
        ("?act=amend", "There is no entry without an id"),
    ],
)
def test_an_entry_that_is_not_there_is_told(
    form: Page, site_url: str, query: str, words: str
) -> None:
    opened(form, site_url, query)
    assert words in form.locator("#mode").inner_text()
    assert not form.locator("#form").is_visible()


def test_hostile_values_never_become_markup(form: Page, site_url: str) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"

    def text(route: Route) -> None:
        lines = route.fetch().text().split("\n")
        told = [
            f'model_name: "{hostile}"' if one.startswith("model_name") else one for one in lines
        ]
        route.fulfill(body="\n".join(told))

    def keys(route: Route) -> None:
        found = route.fetch().json()
        for one in found["entries"]:
            one["name"] = hostile
        route.fulfill(json=found)

    form.route("**/api/v1/devices/*.yaml", text)
    form.route("**/api/v1/check/*.json", keys)
    opened(form, site_url, f"?entry={listed()}&act=amend")
    assert form.locator("#mode").inner_text().count(hostile) == 1
    quickly(form, {"model_name": "harmless", "history.date": ON})
    assert f'from: "{hostile}"' in made_quickly(form)
    quickly(form, {"model_name": f"{hostile}x"})
    assert made_quickly(form) == ""
    assert form.locator("#page img, #page script:not([src])").count() == 0
    handlers = "[...document.querySelectorAll('*')].filter(one => [...one.attributes].some(a => a.name.startsWith('on'))).length"
    assert form.evaluate(handlers) == 0


def test_without_scripts_the_page_explains(browser: Browser, site_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{site_url}/{PAGE}")
        assert page.locator("noscript .cpl-note").is_visible()
        assert not page.locator("#form").is_visible()
        page.locator("#example summary").click()
        example = page.locator("#example code").inner_text()
        assert example.startswith(ENTRY_FIRST_LINE)
        assert page.get_by_role("link", name="Submit with commands").first.is_visible()
    finally:
        context.close()


def test_the_form_and_its_mistakes_have_no_fault_in_any_setting(form: Page, site_url: str) -> None:
    opened(form, site_url)
    form.evaluate("document.getElementById('which').open = true")
    quickly(form, {"device_type": "ESME"})
    assert made_quickly(form) == ""
    assert seen(form) == []


def test_the_file_that_is_made_has_no_fault_in_any_setting(form: Page, site_url: str) -> None:
    opened(form, site_url, f"?entry={listed()}&act=renew")
    quickly(form, {"assurance_certificates.CPA.number": "DEMO-9", "history.date": ON})
    assert made_quickly(form) != ""
    assert seen(form) == []
