"""Every hostile change gets what its file says, from Git's objects alone, and nothing of it runs."""

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cpl_registry.edges import starting
from cpl_registry.edges.worktree import read_files
from reviewing.verdict import harmless

from tests.clones import Done, cpl_apart, cpl_here
from tests.judging import hold_against
from tests.repository import ROOT
from tests.submissions import Blob, Changes, Objects, new_objects

FOLDER = ROOT / "tests" / "bad-input"
ON = "2026-11-23"
BASE_ENTRY = "cpl/devices/esme/albion-metering/f0a1-103a-0203-38040404.yaml"
RAN = "badinput-was-run"
FORMS = ("text", "markdown", "json")
SUBMODULE = "1" * 40
CASES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((FOLDER / "changes").glob("*.json"))
}
NAMES = [name for name in CASES if name.startswith("change-name-")]
each_case = pytest.mark.parametrize("name", CASES)


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A repository with the register that every change starts from."""

    objects: Objects
    start: str

    def review(self, base: str, head: str, *options: str, apart: bool = False) -> Done:
        asked = ("--base", base, "--head", head, "--on", ON, "--root", self.objects.root)
        done = (cpl_apart if apart else cpl_here)("review", *asked, *options)
        # What was submitted is data: no file of it lies anywhere, and none of it ran.
        assert sorted(path.name for path in self.objects.root.iterdir()) == [".git"]
        for folder in (self.objects.root, Path.cwd()):
            assert not (folder / RAN).exists()
        return done

    def of_case(self, name: str, *options: str, apart: bool = False) -> Done:
        case = CASES[name]
        base = self.objects.commit(changes_of(case["base"]), self.start)
        head = self.objects.commit(changes_of(case["head"]), base)
        actor = ("--actor", case["actor"]) if "actor" in case else ()
        return self.review(base, head, *actor, *options, apart=apart)


def changes_of(told: dict[str, dict[str, str] | None]) -> Changes:
    return {path.encode(): blob_of(one) if one else None for path, one in told.items()}


def blob_of(told: dict[str, str]) -> Blob:
    if "sha" in told:
        return Blob(mode=told["mode"], commit=told["sha"])
    raw = base64.b64decode(told["b64"]) if "b64" in told else told["text"].encode()
    return Blob(mode=told["mode"], raw=raw)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """The register that the folder's README describes, as one commit."""
    folder = tmp_path_factory.mktemp("changes")
    starting.start(folder / "new")
    files = [*read_files(folder / "new"), *read_files(FOLDER / "reference")]
    changes = {file.path.encode(): Blob(raw=file.raw) for file in files}
    changes[BASE_ENTRY.encode()] = Blob(raw=(FOLDER / "files" / "bytes-base.yaml").read_bytes())
    objects = new_objects(folder / "hub")
    return Hub(objects=objects, start=objects.commit(changes))


def findings(done: Done) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.out)["findings"]
    return found


def nothing_hidden(text: str) -> None:
    """No control sequence, and nothing that turns the direction of what is read."""
    assert [c for c in text if c != "\n" and not c.isprintable()] == []


def outside_of_code(markdown: str) -> str:
    """What of a Markdown text is not in a code span; none of them runs over a line."""
    for line in markdown.splitlines():
        assert line.count("`") % 2 == 0, line
    return re.sub(r"`[^`\n]+`", "", markdown)


def test_the_changes_are_all_there() -> None:
    assert len(CASES) == 50
    assert {case["expect"] for case in CASES.values()} == {"accept", "reject"}
    assert all(case["id"] == name for name, case in CASES.items())


def test_the_register_that_they_start_from_is_right(hub: Hub) -> None:
    done = hub.review(hub.start, hub.start, "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert [one["rule"] for one in findings(done)] == ["CPL660"]  # nobody was named
    assert json.loads(done.out)["findings_before"] == 0


@each_case
def test_gets_what_the_file_says(name: str, hub: Hub) -> None:
    done = hub.of_case(name, "--format", "json")
    rejected = CASES[name]["expect"] == "reject"
    assert (done.code, done.err) == (1 if rejected else 0, "")
    told = json.loads(done.out)
    assert told["verdict"] == CASES[name]["expect"]
    errors = [one for one in told["findings"] if one["severity"] == "error"]
    assert bool(errors) == rejected
    assert all(one["message"] and one["fix"] and one["rule"] for one in errors)
    touched = set(CASES[name]["base"]) | set(CASES[name]["head"])
    if not rejected:
        assert {one["path"] for one in told["files"]} <= touched


def test_every_finding_is_the_one_on_file(hub: Hub) -> None:
    told = []
    for name in CASES:
        for one in findings(hub.of_case(name, "--format", "json")):
            path = one["path"].encode("unicode_escape").decode()
            place = path if one["line"] is None else f"{path}:{one['line']}:{one['column']}"
            message = one["message"].encode("unicode_escape").decode()
            told.append(f"{name}: {one['rule']} {one['severity']} {place} {message}\n")
    hold_against(FOLDER / "changes-findings.txt", "".join(told))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_a_name_is_told_and_not_obeyed(form: str, name: str, hub: Hub) -> None:
    done = hub.of_case(name, "--format", form)
    assert done.code == 1
    text = done.out.decode()
    nothing_hidden(text)
    if form == "markdown":
        assert harmless(text)
        plain = outside_of_code(text)
        for path in CASES[name]["head"]:
            assert path.rpartition("/")[2] not in plain
    if form == "json":
        assert {one["path"] for one in json.loads(text)["files"]} == set(CASES[name]["head"])


@pytest.mark.parametrize("name", ["change-add", "change-name-shell", "change-symlink"])
def test_by_the_real_command(name: str, hub: Hub) -> None:
    done = hub.of_case(name, apart=True)
    assert (done.code, done.err) == (0 if CASES[name]["expect"] == "accept" else 1, "")
    nothing_hidden(done.out.decode())


ODD_NAMES = {
    "a line end": b"a\n::error::made up.yaml",
    "an escape": b"\x1b[2Jgone.yaml",
    "a workflow command": b"::stop-commands::x.yaml",
    "a mention": b"@everybody `<img src=x> [link](x).yaml",
    "bytes of no text": b"\xff\xfe.yaml",
    "a dash": b"--help.yaml",
    "a magic path": b":(exclude)*.yaml",
}


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=list(ODD_NAMES))
@pytest.mark.parametrize("form", FORMS)
def test_other_names_that_mean_something_to_somebody(form: str, name: bytes, hub: Hub) -> None:
    path = b"cpl/devices/esme/albion-metering/" + name
    head = hub.objects.commit({path: Blob(raw=b"device_type: ESME\n")}, hub.start)
    done = hub.review(hub.start, head, "--format", form)
    assert (done.code, done.err) == (1, "")
    text = done.out.decode()
    nothing_hidden(text)
    assert not [line for line in text.splitlines() if line.startswith("::")]
    if form == "markdown":
        assert harmless(text)
        plain = outside_of_code(text)
        assert "@" not in plain
        assert "<" not in plain


@pytest.mark.parametrize(
    "path", [b"cpl/devices/esme/other-meters", b"cpl/reference/more", b"cpl/devices"], ids=repr
)
def test_a_submodule_is_refused(path: bytes, hub: Hub) -> None:
    gone: Changes = {BASE_ENTRY.encode(): None} if path == b"cpl/devices" else {}
    change = {**gone, path: Blob(mode="160000", commit=SUBMODULE)}
    done = hub.review(hub.start, hub.objects.commit(change, hub.start), "--format", "json")
    assert (done.code, done.err) == (1, "")
    assert path.decode() in {one["path"] for one in findings(done)}


@pytest.mark.parametrize(
    "path", [b"scripts/tool.py", b".gitattributes", b".github/workflows/x.yml"]
)
def test_a_change_of_tools_is_seen(path: bytes, hub: Hub) -> None:
    head = hub.objects.commit({path: Blob(raw=b"x\n")}, hub.start)
    done = hub.review(hub.start, head, "--format", "json")
    told = json.loads(done.out)
    assert [one["path"] for one in told["files"]] == [path.decode()]
    assert "did not run them" in "".join(told["approvals"])
