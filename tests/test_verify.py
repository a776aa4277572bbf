"""`verify.py` and `cpl verify`: releases that hold, and their place in the series."""

import ast
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cpl_registry.edges import verify
from cpl_registry.edges.verify import EXTRACT, MANIFEST, SIGNATURE, SUMS

from tests.releases import (
    SCRIPT,
    Files,
    Series,
    command,
    faults,
    judged,
    laid,
    new_series,
    openssl,
    remade,
    resealed,
    script,
    verify_here,
)

VERSIONS = tuple(f"python3.{minor}" for minor in range(9, 16))


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return new_series(tmp_path_factory.mktemp("series"))


@pytest.fixture
def release(series: Series) -> Files:
    """A release that has a delta, and others before and after it."""
    return series.releases[2]


def pythons() -> dict[str, str]:
    """Every Python from 3.9 on that answers, on the PATH or as pyenv keeps them."""
    found: dict[str, str] = {}
    for name in VERSIONS:
        kept = sorted(
            Path.home().glob(f".pyenv/versions/{name.removeprefix('python')}.*/bin/{name}")
        )
        for path in [shutil.which(name), *kept]:
            if path is None or name in found:
                continue
            asked = subprocess.run([path, "--version"], capture_output=True, check=False)
            if asked.returncode == 0:  # a shim may stand for a Python that is not there
                found[name] = str(path)
    return found


def test_every_release_of_a_series_holds(series: Series) -> None:
    for folder in series.folders:
        found = judged(verify.read_release(folder), series.trusted)
        assert (found.faults, found.unjudged, found.code) == ([], [], 0)
        assert found.manifest["serial"] == folder.name
        assert str(found).endswith(f"\n{folder.name} holds")


def test_both_commands_say_that_it_holds(series: Series) -> None:
    for run in (script, command):
        code, said = run(series.folders[0], "--certificate", series.signer.certificate)
        assert (code, said.splitlines()[-1]) == (0, f"{series.folders[0].name} holds")
        assert f"SHA-256 fingerprint {openssl_fingerprint(series.signer.certificate)}" in said
        assert "not compared" not in said


def openssl_fingerprint(certificate: Path) -> str:
    told = openssl("x509", "-in", certificate, "-noout", "-fingerprint", "-sha256").decode()
    return told.strip().partition("=")[2].replace(":", "").lower()


def test_openssl_and_sha256sum_alone_accept_a_release(series: Series) -> None:
    for folder in series.folders:
        signature = ("-in", folder / SIGNATURE, "-content", folder / MANIFEST)
        form = ("-binary", "-inform", "DER", "-CAfile", series.signer.certificate)
        assert openssl("cms", "-verify", *form, *signature) == (folder / MANIFEST).read_bytes()
        subprocess.run(
            ["sha256sum", "--check", "--strict", "--quiet", SUMS], cwd=folder, check=True
        )


def test_without_a_certificate_it_says_whose_signature_it_is(series: Series) -> None:
    code, said = script(series.folders[0])
    assert code == 0
    assert "by Demo, SHA-256 fingerprint" in said
    assert "not compared with one that you trust: --certificate" in said


def test_the_certificate_may_be_given_in_der(series: Series, tmp_path: Path) -> None:
    (tmp_path / "signer.cer").write_bytes(series.trusted.der)
    assert script(series.folders[0], "--certificate", tmp_path / "signer.cer")[0] == 0


def test_it_runs_on_every_python_from_3_9_on(series: Series) -> None:
    found = pythons()
    assert f"python{sys.version_info.major}.{sys.version_info.minor}" in found
    for python in found.values():
        arguments = ("--certificate", series.signer.certificate)
        assert script(series.folders[1], *arguments, python=python)[0] == 0, python
        assert script(series.root, python=python)[0] == 1, python


def test_the_script_is_one_short_file_of_the_standard_library() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    tree = ast.parse(text, feature_version=(3, 9))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= set(sys.stdlib_module_names)


def test_rollback_is_refused(series: Series, tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    for run in (script, verify_here):
        memory.unlink(missing_ok=True)
        assert run(series.folders[2], "--remember", memory)[0] == 0
        code, said = run(series.folders[1], "--remember", memory)
        assert code == 1
        older, known = series.folders[1].name, series.folders[2].name
        assert f"manifest.json: rollback: {older} is older than {known}, verified before" in said
        assert json.loads(memory.read_text("utf-8"))["serial"] == known
        assert run(series.folders[2], "--remember", memory)[0] == 0


def test_fork_is_refused(series: Series, release: Files, tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    folder = laid(release, tmp_path / "one")
    other = laid(
        remade(release, series, {}, {"valid_until": "2030-01-01T12:00:00Z"}), tmp_path / "other"
    )
    for run in (script, verify_here):
        memory.unlink(missing_ok=True)
        assert run(other)[0] == 0  # nothing is wrong with it by itself
        assert run(folder, "--remember", memory)[0] == 0
        code, said = run(other, "--remember", memory)
        assert code == 1
        assert "fork" in said
        assert "was verified before with another manifest" in said


def test_a_gap_is_told_and_is_no_fault(series: Series, tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    assert script(series.folders[0], "--remember", memory)[0] == 0
    code, said = script(series.folders[2], "--remember", memory)
    assert code == 0
    assert f"gap: the delta does not start from {series.folders[0].name}: load the full" in said
    code, said = script(series.folders[3], "--remember", memory)
    assert (code, "gap" in said) == (0, False)


def test_what_does_not_hold_is_not_remembered(release: Files, tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    folder = laid({**release, EXTRACT: release[EXTRACT] + b"x"}, tmp_path / "release")
    for run in (script, verify_here):
        assert run(folder, "--remember", memory)[0] == 1
        assert not memory.exists()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"serial": 1', "null"])
def test_a_broken_memory_is_not_judged_by(series: Series, tmp_path: Path, content: str) -> None:
    memory = tmp_path / "memory.json"
    memory.write_text(content, encoding="utf-8")
    for run in (script, verify_here):
        code, said = run(series.folders[0], "--remember", memory)
        assert code == 2
        assert f"{memory} is not what --remember wrote" in said
        assert memory.read_text("utf-8") == content


def test_freeze_is_refused_on_a_named_day_only(series: Series) -> None:
    told = json.loads(series.releases[0][MANIFEST])["valid_until"]
    until = datetime.fromisoformat(told).date()
    for run in (script, verify_here):
        assert run(series.folders[0])[0] == 0
        assert run(series.folders[0], "--on", until.isoformat())[0] == 0
        code, said = run(series.folders[0], "--on", (until + timedelta(days=1)).isoformat())
        assert code == 1
        assert f"manifest.json: frozen: valid until {until}" in said


def test_mix_and_match_is_refused(series: Series) -> None:
    older, newer = series.releases[1], series.releases[2]
    for name in sorted(newer):
        if newer[name] != older[name] and name != SUMS:
            mixed = resealed({**newer, name: older[name]})
            found = faults(mixed, series)
            assert found, name
            named = {MANIFEST: SIGNATURE}.get(name, name)
            assert any(one.startswith(named) for one in found), (name, found)


def test_the_environment_decides_nothing(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    for zone, language in (("Asia/Tokyo", "C"), ("America/New_York", "tr_TR.UTF-8")):
        monkeypatch.setitem(os.environ, "TZ", zone)
        monkeypatch.setitem(os.environ, "LC_ALL", language)
        assert script(series.folders[0])[0] == 0
