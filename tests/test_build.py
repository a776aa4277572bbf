"""A build is whole or not at all: what fails on the way leaves the last one as it was."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from cpl_registry.edges import publishing
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.writer import replaced_folder
from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.every_output import OUTPUTS
from cpl_registry.state.publication import PublishedState
from jsonschema import Draft202012Validator, FormatChecker

from tests.machines import Files, contents, differing
from tests.registers import CPL, REAL, REGISTERS, cpl
from tests.repository import ROOT

DAY = "2026-11-22"
ENTRY = "cpl/devices/ppmid/chameleon-technology/10e0-0009-0100-00020002.yaml"
# Which schema each published JSON file must meet.
SCHEMAS = {
    "dcc/manifest.json": "manifest",
    "dcc/cpl-dcc-changes.json": "changes",
    "site/api/v1/index.json": "index",
    "site/api/v1/status.json": "status",
    "site/api/v1/queue.json": "queue",
    "site/api/v1/outlook.json": "outlook",
    "site/api/v1/certificates.json": "certificates",
    "site/api/v1/decisions.json": "decisions",
    "site/api/v1/campaigns.json": "campaigns",
    "site/api/v1/incidents.json": "incidents",
    "site/api/v1/devices.json": "devices",
    "site/api/v1/devices/*.json": "device",
    "site/api/v1/check/*.json": "check",
    "site/api/v1/finder.json": "finder",
    "site/guides.json": "guides",
    "site/api/v1/manufacturers/*.json": "manufacturer",
    "site/api/v1/models/*.json": "model",
    "site/api/v1/deliveries.json": "deliveries",
}
# What others have laid down is held to that by judges of their own: tests/test_data_files.py.
OTHERS = ("data/", "site/feeds/", "site/api/v1/openapi.json")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real register, built once where a user builds it: into build/ below its root."""
    root = tmp_path_factory.mktemp("built") / "register"
    shutil.copytree(REAL / "cpl", root / "cpl")
    answer = cpl("build", "--root", root, "--on", DAY)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.decode().startswith("4 entries on 2026-11-22: 4 Active, 4 rows")
    return root


@pytest.fixture
def register(built: Path, tmp_path: Path) -> Path:
    """A register of one's own with its last build."""
    shutil.copytree(built, tmp_path / "register")
    return tmp_path / "register"


@pytest.fixture
def last(register: Path) -> Files:
    return contents(register / "build")


def spoil(register: Path) -> None:
    """A mistake in one entry."""
    path = register / ENTRY
    text = path.read_text(encoding="utf-8")
    assert text.count('gbcs_version: "3.2"') == 1
    path.write_text(text.replace('gbcs_version: "3.2"', 'gbcs_version: "9.9"'), encoding="utf-8")


def amend(register: Path) -> None:
    """A change that makes the next build another one."""
    path = register / ENTRY
    text = path.read_text(encoding="utf-8")
    more = '  - date: "2024-01-02"\n    event: removed\n    status: Withdrawn\n'
    path.write_text(
        f'{text}{more}    cause: manufacturer-request\n    reference: "DEC-2024-900"\n',
        encoding="utf-8",
    )


def as_it_was(register: Path, last: Files) -> None:
    """The last build stands byte for byte, and nothing lies beside it."""
    assert differing(contents(register / "build"), last) == []
    assert sorted(path.name for path in register.iterdir()) == ["build", "cpl"]


# -------------------------------------------------------------------------------------- what is built


def test_the_whole_publication_is_there(built: Path) -> None:
    for name in (
        "site/index.html",
        "dcc/cpl-dcc-extract.csv",
        "dcc/cpl-dcc-delta.csv",
        "dcc/cpl-dcc-held.csv",
        "dcc/manifest.json",
        "dcc/SHA256SUMS",
        "data/cpl.csv",
        "data/cpl.xlsx",
        "data/cpl.jsonl",
        "data/cpl.sqlite",
        "data/cpl.csv-metadata.json",
        "data/datapackage.json",
        "data/SHA256SUMS",
    ):
        assert (built / "build" / name).stat().st_size > 0, name


def test_what_the_site_offers_are_the_very_files(built: Path) -> None:
    files = contents(built / "build")
    offered = [name for name in files if name.startswith(("dcc/", "data/"))]
    assert len(offered) >= 7
    for name in offered:
        assert files[f"site/{name}"] == files[name]


def test_a_second_build_replaces_the_first_wholly_and_nothing_else(
    register: Path, last: Files
) -> None:
    data = contents(register / "cpl")
    (register / "build/site/stale.html").write_text("of an older build", encoding="utf-8")
    (register / "build/dcc/manifest.json").write_text("of an older build", encoding="utf-8")
    assert cpl("build", "--root", register, "--on", DAY).returncode == 0
    as_it_was(register, last)
    assert differing(contents(register / "cpl"), data) == []


@pytest.fixture(scope="module", params=REGISTERS)
def publication(request: pytest.FixtureRequest, built: Path) -> Iterator[tuple[str, Any]]:
    """The published JSON files of a register: of the real one as built, of the others as made."""
    if request.param == "real":
        folder = built / "build"
        names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.json")))
        # What lies below pages/ and site/dcc/ are copies; the search index is the generator's own.
        return (
            (name, json.loads((folder / name).read_bytes()))
            for name in names
            if not name.startswith(("pages/", "site/dcc/", "site/data/", "site/search/", *OTHERS))
        )
    _, state = publishing.published_state(REGISTERS[request.param], date.fromisoformat(DAY))
    files = publishing.artefacts(state)
    return (
        (artefact.path, json.loads(artefact.content))
        for artefact in (*files, *publishing.submission_pages(state, {}))
        if artefact.path.endswith(".json") and not artefact.path.startswith(OTHERS)
    )


def test_every_published_json_file_meets_its_schema(publication: Iterator[tuple[str, Any]]) -> None:
    judged = set()
    without, broken = [], []
    for name, data in publication:
        schema = next((SCHEMAS[path] for path in SCHEMAS if fnmatchcase(name, path)), "")
        path = ROOT / "schema" / "published" / f"{schema}.schema.json"
        if not path.is_file():
            without.append(name)
            continue
        judge = Draft202012Validator(
            json.loads(path.read_bytes()), format_checker=FormatChecker(["date"])
        )
        broken += [f"{name}: {error.message}" for error in judge.iter_errors(data)]
        judged.add(schema)
    assert broken == []
    assert without == [], "what is published has a schema in schema/published/"
    # The titles of guides are gathered while the site is rendered, which not every world does.
    assert judged | {"guides"} == set(SCHEMAS.values())


# ------------------------------------------------------------------------------- what is not published


def test_a_register_with_an_error_is_not_published(register: Path, last: Files) -> None:
    spoil(register)
    answer = cpl("build", "--root", register, "--on", DAY)
    assert answer.returncode == 1
    assert answer.stdout == b""
    told = answer.stderr.decode()
    assert "error[CPL402]" in told
    assert f"--> {ENTRY}:" in told
    assert "stays as it was" in told
    as_it_was(register, last)


def test_nor_is_its_extract(register: Path) -> None:
    out = register.parent / "extract"
    assert cpl("extract", "--root", register, "--on", DAY, "--out", out).returncode == 0
    before = contents(out)
    spoil(register)
    asked = ("extract", "--root", register, "--on", DAY)
    for answer in (cpl(*asked, "--out", out), cpl(*asked)):
        assert (answer.returncode, answer.stdout) == (1, b"")
    assert differing(contents(out), before) == []


def test_with_an_error_and_no_build_before_nothing_is_made(tmp_path: Path) -> None:
    shutil.copytree(REAL / "cpl", tmp_path / "cpl")
    spoil(tmp_path)
    assert cpl("build", "--root", tmp_path, "--on", DAY).returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["cpl"]


def test_an_output_that_breaks_its_own_schema_is_not_published(
    register: Path, last: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(state: PublishedState) -> Iterable[Artefact]:
        yield Artefact(path="site/api/v1/index.json", content=json_bytes({"on": str(state.on)}))

    monkeypatch.setattr(publishing, "OUTPUTS", (*OUTPUTS, broken))
    with pytest.raises(CannotJudge, match=r"site/api/v1/index\.json breaks its own schema"):
        publishing.build(register, date.fromisoformat(DAY), register / "build")
    as_it_was(register, last)


# ------------------------------------------------------------------------------------ what fails half-way


@pytest.mark.parametrize("blocks", [1, 128])
def test_a_full_disk_leaves_the_last_build(register: Path, last: Files, blocks: int) -> None:
    """No file may grow beyond some blocks, as where a quota ends: early, and late."""
    amend(register)
    limited = 'ulimit -f "$0" && exec "$@"'
    answer = subprocess.run(
        ["sh", "-c", limited, str(blocks), CPL, "build", "--root", register, "--on", DAY],
        capture_output=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert answer.stderr.startswith(b"cpl: ")
    assert answer.stderr.count(b"\n") == 1
    as_it_was(register, last)


def begun(register: Path, sign: str) -> subprocess.Popen[bytes]:
    """A build that runs and has come as far as a file or folder of the new edition."""
    process = subprocess.Popen(
        [CPL, "build", "--root", register, "--on", DAY],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    while not (register / ".build.new" / sign).exists():
        assert process.poll() is None, "the build ended before it could be stopped"
        time.sleep(0.001)
    return process


@pytest.mark.parametrize("sign", ["dcc/manifest.json", "site"])
def test_a_killed_build_leaves_the_last_one_and_the_next_clears_up(
    register: Path, last: Files, sign: str
) -> None:
    amend(register)
    process = begun(register, sign)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert differing(contents(register / "build"), last) == []
    assert cpl("build", "--root", register, "--on", DAY).returncode == 0
    assert differing(contents(register / "build"), last) != []
    as_it_was(register, contents(register / "build"))


def test_an_interrupted_build_clears_up_itself(register: Path, last: Files) -> None:
    amend(register)
    # Tests that run in the background of a shell inherit that this signal is ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = begun(register, "site")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.returncode not in {0, None}
    assert b"Traceback" not in told
    as_it_was(register, last)


def test_stopped_between_the_two_renames_the_last_build_comes_back(tmp_path: Path) -> None:
    """The new folder was not yet in place and the old one already aside."""
    (tmp_path / ".build.old").mkdir()
    (tmp_path / ".build.old" / "file").write_bytes(b"last")
    (tmp_path / ".build.new").mkdir()
    (tmp_path / ".build.new" / "file").write_bytes(b"half")

    def fails() -> None:
        with replaced_folder(tmp_path / "build") as folder:
            assert list(folder.iterdir()) == []
            raise CannotJudge("half-way")

    with pytest.raises(CannotJudge):
        fails()
    assert [path.name for path in tmp_path.iterdir()] == ["build"]
    assert (tmp_path / "build" / "file").read_bytes() == b"last"
