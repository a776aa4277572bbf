"""Who signed a release, when, and with what: only one form of signature counts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cpl_registry.edges import verify
from cpl_registry.edges.verify import EXTRACT, MANIFEST, SIGNATURE, certificate_of

from tests.rehearsals import Signer, new_signer
from tests.releases import (
    Files,
    Parts,
    Series,
    altered,
    command,
    faults,
    in_der,
    judged,
    laid,
    new_series,
    openssl,
    resealed,
    script,
    signed_anew,
    signed_at,
    signer_between,
    signer_of_kind,
    verify_here,
)


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return new_series(tmp_path_factory.mktemp("series"))


@pytest.fixture
def release(series: Series) -> Files:
    """A release that has a delta, and others before and after it."""
    return series.releases[2]


def test_another_certificate_than_the_one_given_is_refused(series: Series, tmp_path: Path) -> None:
    other = new_signer(tmp_path, "Somebody else")
    for run in (script, verify_here):
        code, said = run(series.folders[0], "--certificate", other.certificate)
        assert code == 1
        assert "manifest.json.p7s: made by Demo, SHA-256 fingerprint" in said
        assert "the certificate given is Somebody else, SHA-256 fingerprint" in said


def test_a_signature_of_another_key_under_the_same_certificate_is_refused(
    series: Series, release: Files, tmp_path: Path
) -> None:
    """The certificate is public: anybody can put it beside a signature of their own."""
    thief = new_signer(tmp_path, "Demo")
    forged = thief.sign(release[MANIFEST])
    own, theirs = certificate_of(thief.certificate).der, series.trusted.der
    forged = grafted(forged, own, theirs)
    found = faults(signed_anew(release, lambda _: forged), series)
    assert found == [f"{SIGNATURE}: not made with the key of the certificate inside"]


def grafted(signature: bytes, own: bytes, theirs: bytes) -> bytes:
    """A signature with another certificate inside, and the name of its signer mended to fit."""

    def issuer_and_number(certificate: bytes) -> bytes:
        fields = verify.der(verify.der(verify.der(certificate)[0][1])[0][1])
        return in_der(0x30, fields[3][1]) + in_der(2, fields[1][1])

    def graft(parts: Parts, told: Parts) -> None:
        assert told[1] == (0x30, issuer_and_number(own))
        parts[3], told[1] = (0xA0, theirs), (0x30, issuer_and_number(theirs))

    return altered(signature, graft)


def test_a_certificate_that_had_ended_when_it_signed_is_refused(
    series: Series, release: Files
) -> None:
    after = datetime.fromisoformat(series.trusted.end) + timedelta(seconds=1)
    found = faults(signed_then(release, series.signer, after), series)
    assert len(found) == 1
    assert found[0].startswith(f"{SIGNATURE}: made at {after:%Y-%m-%dT%H:%M:%SZ}; its certificate")


def test_a_certificate_that_was_not_yet_valid_is_refused(series: Series, release: Files) -> None:
    before = datetime.fromisoformat(series.trusted.start) - timedelta(days=1)
    found = faults(signed_then(release, series.signer, before), series)
    assert len(found) == 1
    assert "its certificate is valid from" in found[0]


def signed_then(release: Files, signer: Signer, at: datetime) -> Files:
    return signed_anew(release, lambda manifest: signed_at(signer.sign(manifest), at, signer))


def test_the_moment_of_signing_counts_and_not_the_present(release: Files, tmp_path: Path) -> None:
    """A certificate that ended years ago still vouches for what it signed in its days."""
    start, end = datetime(2018, 1, 1, tzinfo=UTC), datetime(2018, 12, 31, 23, 59, 59, tzinfo=UTC)
    old = signer_between(tmp_path / "old", "Signer of 2018", start, end)
    trusted = certificate_of(old.certificate)
    assert (trusted.start, trusted.end) == ("2018-01-01T00:00:00Z", "2018-12-31T23:59:59Z")
    for at, holds in (
        (start - timedelta(seconds=1), False),
        (start, True),
        (datetime(2018, 6, 22, 11, 5, tzinfo=UTC), True),
        (end, True),
        (end + timedelta(seconds=1), False),
    ):
        assert judged(signed_then(release, old, at), trusted).code == (0 if holds else 1), at
    folder = laid(signed_anew(release, old.sign), tmp_path / "signed-today")
    for run in (script, verify_here):
        code, said = run(folder, "--certificate", old.certificate)
        assert (code, "its certificate is valid from 2018-01-01" in said) == (1, True)


def test_an_unsigned_release_is_refused(release: Files, tmp_path: Path) -> None:
    folder = laid(resealed({k: v for k, v in release.items() if k != SIGNATURE}), tmp_path / "r")
    for run in (script, verify_here):
        code, said = run(folder)
        assert (code, f"{SIGNATURE}: missing\n" in said) == (1, True)


def test_without_openssl_everything_else_is_judged(
    series: Series, release: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tampered = laid({**release, EXTRACT: release[EXTRACT] + b"x"}, tmp_path / "tampered")
    memory = tmp_path / "memory.json"
    monkeypatch.setenv("PATH", str(tmp_path))
    for run in (script, verify_here):
        code, said = run(series.folders[0], "--remember", memory)
        assert code == 2
        assert f"{SIGNATURE}: signature not judged: openssl" in said
        assert not memory.exists()
        assert run(tampered)[0] == 1


def test_a_signature_over_another_manifest_is_refused(series: Series, release: Files) -> None:
    other = signed_anew(release, lambda _: series.signer.sign(b"{}\n"))
    assert faults(other, series) == [f"{SIGNATURE}: made over another manifest than this"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("-noattr",), "not a CMS in DER"),
        (("-nocerts",), "not a CMS in DER"),
        (("-nodetach",), "not a detached CMS"),
        (("-md", "sha384"), "not ECDSA P-256 with SHA-256"),
        (("-outform", "PEM"), "not a CMS in DER"),
        (("-keyid",), "not a CMS in DER"),
        (("-nosmimecap",), None),
        (("-cades",), None),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_signature_has_one_form(
    series: Series, release: Files, options: tuple[str, ...], says: str | None
) -> None:
    def sign(manifest: bytes) -> bytes:
        keys = ("-signer", series.signer.certificate, "-inkey", series.signer.key)
        form = () if "-outform" in options else ("-outform", "DER")
        return openssl("cms", "-sign", "-binary", *keys, *form, *options, given=manifest)

    found = faults(signed_anew(release, sign), series)
    if says is None:
        assert found == []
    else:
        assert any(says in one for one in found)


@pytest.mark.parametrize(
    "kind", [("rsa:2048",), ("ec", "-pkeyopt", "ec_paramgen_curve:P-384")], ids=["rsa", "p-384"]
)
def test_another_kind_of_key_is_refused(
    release: Files, tmp_path: Path, kind: tuple[str, ...]
) -> None:
    other = signer_of_kind(tmp_path, "other", *kind)
    found = judged(signed_anew(release, other.sign), certificate_of(other.certificate)).faults
    assert found == [f"{SIGNATURE}: not ECDSA P-256 with SHA-256"]


def test_two_signers_are_refused(series: Series, release: Files, tmp_path: Path) -> None:
    second = new_signer(tmp_path, "Second")

    def sign(manifest: bytes) -> bytes:
        first = ("-signer", series.signer.certificate, "-inkey", series.signer.key)
        then = ("-signer", second.certificate, "-inkey", second.key)
        return openssl("cms", "-sign", "-binary", "-outform", "DER", *first, *then, given=manifest)

    assert faults(signed_anew(release, sign), series) == [
        f"{SIGNATURE}: not a CMS in DER with one signer and a signing time"
    ]


@pytest.mark.parametrize(
    "content", [b"", b"no certificate", b"\x30\x82", b"-----BEGIN CERTIFICATE"]
)
def test_a_certificate_that_cannot_be_read_is_not_judged_by(
    series: Series, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "certificate.pem"
    path.write_bytes(content)
    for run in (script, command):
        code, said = run(series.folders[0], "--certificate", path)
        assert code == 2
        assert f"{path} does not hold one X.509 certificate in PEM or DER" in said


def test_a_file_of_two_certificates_is_not_judged_by(series: Series, tmp_path: Path) -> None:
    path = tmp_path / "two.pem"
    path.write_bytes(series.signer.certificate.read_bytes() * 2)
    assert script(series.folders[0], "--certificate", path)[0] == 2
