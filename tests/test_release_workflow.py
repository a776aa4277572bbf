"""release.yml and monitor.yml played from the push to the pull request: only GitHub is a stand-in."""

import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from tests.docs_worlds import committed, run
from tests.hub import GH, Failed, Hub, new_hub


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A small register on GitHub: main, the key in its environment, and nothing released."""
    return new_hub(tmp_path / "hub")


@pytest.fixture(scope="module")
def first_job(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    hub = new_hub(tmp_path_factory.mktemp("built") / "hub")
    hub.job("build")
    return hub


@pytest.fixture
def built(first_job: Hub, tmp_path: Path) -> Hub:
    """The same after the job that builds."""
    shutil.copytree(first_job.folder, tmp_path / "hub")
    return replace(first_job, folder=tmp_path / "hub", outputs=deepcopy(first_job.outputs))


def monitor(hub: Hub) -> str:
    """What the first job of the monitor says of what is published."""
    clone = hub.folder / "monitor"
    shutil.rmtree(clone, ignore_errors=True)
    run(hub.folder, "git", "clone", "--quiet", hub.folder / "origin.git", clone)
    step = {"name": "published", "run": "make monitor-published"}
    hub.printed = ""
    hub.run({}, step, clone, {})
    return hub.printed


def test_a_release_from_the_push_to_the_pull_request(hub: Hub) -> None:
    assert hub.release() == ["build", "sign", "publish"]
    (serial,) = hub.published()
    names = {path.name for path in (hub.folder / "releases" / serial).iterdir()}
    assert {"cpl-dcc-extract.csv", "manifest.json", "manifest.json.p7s", "SHA256SUMS"} <= names
    # The bill of materials stands beside it, and not among the files that were signed.
    assert hub.released() == [serial, f"{serial}-tools"]
    (bill,) = (hub.folder / "releases" / f"{serial}-tools").iterdir()
    assert json.loads(bill.read_text("utf-8"))["bomFormat"] == "CycloneDX"
    assert not {name for name in names if name.endswith(".cdx.json")}
    assert (hub.folder / "pull-requests").read_text("utf-8") == f"delivery/{serial}\n"
    head = run(hub.folder / "origin.git", "git", "rev-parse", "main").strip()
    assert (hub.folder / f"target-{serial}").read_text("utf-8").strip() == head
    changed = run(
        hub.folder / "origin.git", "git", "diff", "--name-only", "main", f"delivery/{serial}"
    )
    assert changed == f"cpl/dcc/deliveries/{serial}.yaml\n"

    # While its file is under review, the next run waits, and is green.
    assert hub.release() == ["build"]
    assert f"delivery {serial} is sent and its file not merged yet" in hub.printed

    # Once it is merged nothing is due, and what is published verifies with the chain.
    hub.merge()
    assert hub.release() == ["build"]
    assert hub.printed.endswith("nothing is due\n")
    assert f"{serial} holds" in monitor(hub)

    # One byte of it changes: the monitor is red.
    extract = hub.folder / "releases" / serial / "cpl-dcc-extract.csv"
    extract.write_bytes(extract.read_bytes().replace(b"04000001", b"04000003", 1))
    with pytest.raises(Failed, match=r"cpl-dcc-extract\.csv: sha256 is"):
        monitor(hub)


def test_what_failed_half_way_is_finished_by_running_the_job_again(built: Hub) -> None:
    """GitHub may answer or not at each of the steps that publish; none is done twice."""
    built.job("sign")
    gh = built.folder / "bin/gh"
    for refused in ("release create", "pr create"):
        gh.write_text(GH.replace(f'"{refused}")', f'"{refused}") exit 1;;\n"-")'), encoding="utf-8")
        with pytest.raises(Failed):
            built.job("publish")
        gh.write_text(GH, encoding="utf-8")
    assert built.job("publish")
    assert built.job("publish")
    assert len(built.published()) == 1
    assert len((built.folder / "pull-requests").read_text("utf-8").split()) == 1


def test_a_release_that_can_be_changed_is_told(built: Hub) -> None:
    (built.folder / "immutable").write_text("false\n", encoding="utf-8")
    built.job("sign")
    with pytest.raises(Failed, match="switch on release immutability"):
        built.job("publish")


def another_key(hub: Hub) -> None:
    """The environment holds a key to which its certificate does not belong."""
    key = ("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem")
    run(hub.folder, *key)


def no_key(hub: Hub) -> None:
    (hub.folder / "key.pem").write_text("", encoding="utf-8")


def cut_manifest(hub: Hub) -> None:
    hub.outputs["build"]["manifest"] = hub.outputs["build"]["manifest"][:-40]


def another_manifest(hub: Hub) -> None:
    swapped = run(hub.folder, "bash", "-c", "printf '{}\\n' | openssl base64 -A")
    hub.outputs["build"]["manifest"] = swapped


@pytest.mark.parametrize("spoil", [another_key, no_key, cut_manifest, another_manifest])
def test_the_job_that_signs_refuses(built: Hub, spoil: Callable[[Hub], None]) -> None:
    spoil(built)
    with pytest.raises(Failed):
        built.job("sign")
    assert "signature" not in built.outputs.get("sign", {})


def extract_changed(step: str, clone: Path) -> None:
    if step == "Attach the signature":
        (extract,) = clone.glob("release/*/cpl-dcc-extract.csv")
        extract.write_bytes(extract.read_bytes().replace(b"04000001", b"04000003", 1))


def manifest_changed(step: str, clone: Path) -> None:
    if step == "Attach the signature":
        (manifest,) = clone.glob("release/*/manifest.json")
        manifest.write_bytes(manifest.read_bytes().replace(b'"hold"', b'"HOLD"'))


def delivery_changed(step: str, clone: Path) -> None:
    if step == "Verify it with the chain":
        (delivery,) = clone.glob("cpl/dcc/deliveries/*.yaml")
        delivery.write_bytes(delivery.read_bytes().replace(b"04000001", b"04000003", 1))


@pytest.mark.parametrize("tamper", [extract_changed, manifest_changed, delivery_changed])
def test_nothing_is_published_that_is_not_what_was_signed(
    built: Hub, tamper: Callable[[str, Path], None]
) -> None:
    built.job("sign")
    built.tamper = tamper
    with pytest.raises(Failed) as failed:
        built.job("publish")
    assert failed.value.step in {"Attach the signature", "Verify it with the chain"}
    assert built.published() == []
    branches = run(built.folder / "origin.git", "git", "branch", "--list", "delivery/*")
    assert branches == ""


def test_the_key_is_written_for_its_user_alone(built: Hub) -> None:
    built.job("sign")
    (key,) = (built.folder / "jobs").glob("*-sign/key.pem")
    assert oct(key.stat().st_mode) == "0o100600"


def test_a_register_with_errors_is_not_released(hub: Hub) -> None:
    clone = hub.folder / "editor"
    run(hub.folder, "git", "clone", "--quiet", hub.folder / "origin.git", clone)
    (clone / "cpl/dcc/dsp-profile.yaml").write_text("nonsense\n", encoding="utf-8")
    committed(clone, "A mistake")
    run(clone, "git", "push", "--quiet", "origin", "main")
    with pytest.raises(Failed, match="nothing can be delivered"):
        hub.release()


def test_what_is_typed_as_the_decision_is_no_command(hub: Hub) -> None:
    hub.decision = '$(shell touch one) $(touch two)"; touch three; "`touch four`'
    with pytest.raises(Failed, match="names no published decision and no campaign"):
        hub.release()
    assert not {"one", "two", "three", "four"} & {path.name for path in hub.folder.rglob("*")}
