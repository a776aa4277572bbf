"""`cpl sign` and the signature itself: made by openssl, and never one that would not count."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cpl_registry.edges import signing, verify
from cpl_registry.edges.delivery_chain import fingerprint_of
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.signing import complete, sign
from cpl_registry.edges.verify import EXTRACT, MANIFEST, SIGNATURE, SUMS, certificate_of
from cpl_registry.edges.verifying import DoesNotHold, must_hold
from cpl_registry.edges.writer import write_file

from tests.registers import cpl
from tests.rehearsals import Signer, new_signer
from tests.releases import (
    Files,
    Series,
    judged,
    laid,
    new_series,
    openssl,
    resealed,
    signer_between,
    signer_of_kind,
    sums_of,
)

P_384 = ("ec", "-pkeyopt", "ec_paramgen_curve:P-384")


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return new_series(tmp_path_factory.mktemp("series"))


@pytest.fixture
def unsigned(series: Series) -> Files:
    release = series.releases[1]
    return resealed({name: content for name, content in release.items() if name != SIGNATURE})


@pytest.fixture
def folder(unsigned: Files, tmp_path: Path) -> Path:
    return laid(unsigned, tmp_path / "release")


def refusal(manifest: bytes, key: Path, certificate: Path) -> str:
    with pytest.raises(CannotJudge) as caught:
        sign(manifest, key, certificate)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_signature_is_made_over_the_manifest(series: Series, unsigned: Files) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    signature = sign(unsigned[MANIFEST], series.signer.key, series.signer.certificate)
    found = judged(resealed({**unsigned, SIGNATURE: signature}), series.trusted)
    assert (found.code, found.signer) == (0, series.trusted)
    at = datetime.fromisoformat(found.signed_at)
    assert before <= at <= before + timedelta(minutes=5)
    told = openssl("cms", "-cmsout", "-print", "-noout", "-inform", "DER", given=signature).decode()
    assert "signingTime" in told
    assert "eContent: <ABSENT>" in told
    assert re.search(r"signatureAlgorithm: \s+algorithm: ecdsa-with-SHA256", told)
    assert told.count("d.certificate:") == 1


def test_the_fingerprint_is_that_of_openssl(series: Series) -> None:
    certificate = series.signer.certificate
    told = openssl("x509", "-in", certificate, "-noout", "-fingerprint", "-sha256").decode()
    fingerprint = told.strip().partition("=")[2].replace(":", "").lower()
    assert fingerprint_of(certificate_of(certificate)) == fingerprint


def test_key_and_certificate_must_belong_together(series: Series, tmp_path: Path) -> None:
    other = new_signer(tmp_path, "other")
    said = refusal(b"{}", other.key, series.signer.certificate)
    assert said.startswith(f"{other.key} and {series.signer.certificate} do not belong together")


@pytest.mark.parametrize("kind", [P_384, ("rsa:2048",)], ids=["p-384", "rsa"])
def test_the_key_must_be_of_p_256(tmp_path: Path, kind: tuple[str, ...]) -> None:
    other = signer_of_kind(tmp_path, "other", *kind)
    assert "is not a P-256 key" in refusal(b"{}", other.key, other.certificate)


def test_what_is_no_key_or_certificate_is_said(series: Series, tmp_path: Path) -> None:
    broken, nowhere = tmp_path / "broken", tmp_path / "nowhere"
    broken.write_bytes(b"-----BEGIN NOTHING-----\n")
    key, certificate = series.signer.key, series.signer.certificate
    assert f"{broken} does not hold one X.509" in refusal(b"{}", key, broken)
    assert f"{nowhere} cannot be read: No such file" in refusal(b"{}", key, nowhere)
    assert "/dev/zero does not hold one X.509" in refusal(b"{}", key, Path("/dev/zero"))
    for no_key in (broken, nowhere, certificate):
        assert f"{no_key} is not a private key" in refusal(b"{}", no_key, certificate)


def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked(
    series: Series, tmp_path: Path
) -> None:
    locked = tmp_path / "locked.pem"
    openssl("pkey", "-in", series.signer.key, "-aes256", "-passout", "pass:secret", "-out", locked)
    said = refusal(b"{}", locked, series.signer.certificate)
    assert said == f"{locked} is not a private key in PEM without a passphrase"


@pytest.mark.parametrize("days", [(-20, -10), (10, 20)], ids=["ended", "not yet valid"])
def test_a_certificate_outside_its_days_does_not_sign(
    tmp_path: Path, days: tuple[int, int]
) -> None:
    now = datetime.now(UTC)
    start, end = (now + timedelta(days=one) for one in days)
    other = signer_between(tmp_path / "keys", "other", start, end)
    said = refusal(b"{}", other.key, other.certificate)
    assert said.startswith("no signature that counts: manifest.json.p7s: made at ")
    assert "its certificate is valid from" in said


def test_without_openssl_nothing_is_signed(
    series: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    said = refusal(b"{}", series.signer.key, series.signer.certificate)
    assert said.startswith("openssl cannot be run, and nothing is signed without it")


# ---------------------------------------------------------------------------------- a whole release


def signed(folder: Path, signer: Signer) -> tuple[int, str]:
    ran = cpl("sign", folder, "--key", signer.key, "--certificate", signer.certificate)
    assert b"Traceback" not in ran.stderr
    return ran.returncode, (ran.stdout + ran.stderr).decode()


def contents(folder: Path) -> Files:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_command_signs_and_completes_the_sums(
    series: Series, unsigned: Files, folder: Path
) -> None:
    assert signed(folder, series.signer) == (0, f"signed {folder}\n")
    after = contents(folder)
    assert judged(after, series.trusted).code == 0
    assert after.keys() - unsigned.keys() == {SIGNATURE}
    assert {name for name in unsigned if after[name] != unsigned[name]} == {SUMS}
    must_hold(folder, signed=True)


def test_a_signature_is_never_written_over(series: Series, folder: Path) -> None:
    assert signed(folder, series.signer)[0] == 0
    before = contents(folder)
    code, said = signed(folder, series.signer)
    assert (code, "is signed already" in said) == (2, True)
    assert contents(folder) == before


def test_what_does_not_hold_is_not_signed(series: Series, folder: Path) -> None:
    (folder / EXTRACT).write_bytes(b"other\r\n")
    (folder / SUMS).write_bytes(sums_of(contents(folder)))
    before = contents(folder)
    code, said = signed(folder, series.signer)
    assert code == 1
    assert f"{EXTRACT}: sha256 is " in said
    assert f"cpl: {folder} was not signed" in said
    assert contents(folder) == before
    with pytest.raises(DoesNotHold, match="does not hold"):
        must_hold(folder, signed=False)


def test_signing_goes_on_where_it_was_broken_off(
    series: Series, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SHA256SUMS is written first: after a crash the release is unsigned, and can be signed."""
    key, certificate = series.signer.key, series.signer.certificate

    def crash(path: Path, content: bytes, *, aside_in: Path) -> None:
        if path.name == SIGNATURE:
            raise KeyboardInterrupt
        write_file(path, content, aside_in=aside_in)

    with monkeypatch.context() as broken:
        broken.setattr(signing, "write_file", crash)
        with pytest.raises(KeyboardInterrupt):
            signing.sign_release(folder, key, certificate)
    assert not (folder / SIGNATURE).exists()
    assert signed(folder, series.signer)[0] == 0
    assert judged(contents(folder), series.trusted).code == 0


def test_a_signature_made_elsewhere_must_fit(series: Series, folder: Path) -> None:
    manifest = (folder / MANIFEST).read_bytes()
    before = contents(folder)
    for wrong in (b"", b"no signature", series.signer.sign(manifest + b" ")):
        with pytest.raises(DoesNotHold):
            complete(folder, wrong)
        assert contents(folder) == before
    complete(folder, series.signer.sign(manifest))
    assert judged(contents(folder), series.trusted).code == 0


def test_a_folder_without_a_release_is_not_signed(series: Series, tmp_path: Path) -> None:
    code, said = signed(tmp_path, series.signer)
    assert (code, f"{MANIFEST}: missing" in said) == (1, True)
    assert signed(tmp_path / "nowhere", series.signer)[0] == 2


def test_an_unsigned_release_may_wait_for_its_signature(folder: Path) -> None:
    must_hold(folder, signed=False)
    with pytest.raises(DoesNotHold, match=rf"{SIGNATURE}: missing"):
        must_hold(folder, signed=True)


def test_the_release_command_signs_in_the_same_way(series: Series, tmp_path: Path) -> None:
    out = tmp_path / "out"
    signer = ("--key", series.signer.key, "--certificate", series.signer.certificate)
    made = cpl("release", "--root", series.root, "--on", "2018-07-02", "--out", out, *signer)
    assert made.returncode == 0, made.stderr
    assert judged(verify.read_release(out), certificate_of(series.signer.certificate)).code == 0
    checked = cpl("verify", out, "--root", series.root, "--chain")
    assert checked.returncode == 0, checked.stdout
