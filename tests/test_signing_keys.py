"""The record of signing certificates: whose signatures count on which days."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cpl_registry.edges import verify
from cpl_registry.edges.delivery_chain import chain_at, fingerprint_of, judge_chain
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.verify import Certificate, certificate_of
from cpl_registry.records.signing_keys import SigningKey, parse_signing_keys

from tests.registers import files_of
from tests.rehearsals import new_signer, write_register
from tests.releases import Files, Series, judged, new_series, signed_anew, signed_at, verify_here

KEYS = "cpl/dcc/keys.yaml"


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return new_series(tmp_path_factory.mktemp("series"))


@pytest.fixture(scope="module")
def register(series: Series) -> dict[str, str]:
    """The register's DCC data with its deliveries."""
    return {
        path: text for path, text in files_of(series.root).items() if path.startswith("cpl/dcc/")
    }


def faults(files: Files, trusted: Certificate | None, root: Path) -> list[str]:
    found = judged(files, trusted)
    judge_chain(found, files, chain_at(root))
    return found.faults


def record(sha256: str, **days: str) -> dict[str, str]:
    return {
        "sha256": sha256,
        "name": "Demo signer",
        "start": "2026-01-01",
        "end": "2026-12-31",
    } | days


def in_yaml(*records: Mapping[str, str]) -> str:
    lines = ["# yaml-language-server: $schema=../../schema/keys.schema.json\n"]
    for one in records:
        told = [f'{key}: "{value}"\n' for key, value in one.items()]
        lines.append("- " + "  ".join(told))
    return "".join(lines)


@pytest.fixture
def now_signed(series: Series) -> Callable[[datetime], Files]:
    """The first release as if signed at a moment within the certificate's own days."""

    def signed(at: datetime) -> Files:
        signer = series.signer
        return signed_anew(
            series.releases[0], lambda manifest: signed_at(signer.sign(manifest), at, signer)
        )

    return signed


def keyed(register: Mapping[str, str], root: Path, *records: Mapping[str, str]) -> Path:
    return write_register({**register, KEYS: in_yaml(*records)}, root)


def test_the_signer_must_be_recorded_where_any_is(
    series: Series, register: Mapping[str, str], tmp_path: Path
) -> None:
    own = fingerprint_of(certificate_of(series.signer.certificate))
    wide = {"start": "2018-01-01", "end": "2099-12-31"}
    other = keyed(register, tmp_path / "other", record("0" * 64, **wide))
    code, said = verify_here(series.folders[0], "--chain", "--root", other)
    assert code == 1
    assert f"manifest.json.p7s: {KEYS} does not record the signer Demo, SHA-256 fingerprint" in said
    both = keyed(register, tmp_path / "both", record("0" * 64, **wide), record(own, **wide))
    assert verify_here(series.folders[0], "--chain", "--root", both)[0] == 0
    # Without --chain only the folder is judged.
    assert verify_here(series.folders[0], "--root", other)[0] == 0


def test_the_days_of_a_certificate_are_those_of_london(
    series: Series,
    register: Mapping[str, str],
    tmp_path: Path,
    now_signed: Callable[[datetime], Files],
) -> None:
    """The record ends on a day of summer time: 23:00 UTC is the day after in London."""
    own = fingerprint_of(certificate_of(series.signer.certificate))
    year = datetime.now(UTC).year + 1  # the certificate is good for ten years from today
    days = {"start": f"{year}-06-01", "end": f"{year}-06-30"}
    root = keyed(register, tmp_path, record(own, **days))
    moments = {
        datetime(year, 5, 31, 22, 59, 59, tzinfo=UTC): f"counts only from {year}-06-01",
        datetime(year, 5, 31, 23, 0, tzinfo=UTC): "",
        datetime(year, 6, 30, 22, 59, 59, tzinfo=UTC): "",
        datetime(year, 6, 30, 23, 0, tzinfo=UTC): f"counted until {year}-06-30",
    }
    for at, says in moments.items():
        found = faults(now_signed(at), series.trusted, root)
        assert len(found) == bool(says), (at, found)
        assert not says or says in found[0]


def test_a_withdrawn_certificate_no_longer_counts(
    series: Series,
    register: Mapping[str, str],
    tmp_path: Path,
    now_signed: Callable[[datetime], Files],
) -> None:
    own = fingerprint_of(certificate_of(series.signer.certificate))
    year = datetime.now(UTC).year + 1
    days = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
    again = record(own, **days)
    withdrawn = record(own, **days, withdrawn=f"{year}-06-10")
    for number, records in enumerate([(withdrawn,), (withdrawn, again), (again, withdrawn)]):
        root = keyed(register, tmp_path / str(number), *records)
        before = now_signed(datetime(year, 6, 9, 12, tzinfo=UTC))
        assert faults(before, series.trusted, root) == []
        after = now_signed(datetime(year, 6, 10, 12, tzinfo=UTC))
        found = faults(after, series.trusted, root)
        assert len(found) == 1
        assert f"Demo signer was withdrawn on {year}-06-10" in found[0]


def test_a_rotation_lets_the_old_certificate_count_in_its_days(
    series: Series, register: Mapping[str, str], tmp_path: Path
) -> None:
    """What the old certificate signed in its days still verifies after the new one took over."""
    new = new_signer(tmp_path, "New")
    own, later = (fingerprint_of(certificate_of(one.certificate)) for one in (series.signer, new))
    today = datetime.now(UTC).date()
    old_days = {"start": "2018-01-01", "end": f"{today.year + 1}-01-01"}
    new_days = {"start": f"{today.year + 1}-01-02", "end": "2099-12-31", "replaces": own}
    root = keyed(register, tmp_path / "r", record(own, **old_days), record(later, **new_days))
    release = series.releases[0]
    assert faults(release, series.trusted, root) == []
    early = signed_anew(release, new.sign)
    found = faults(early, verify.certificate_of(new.certificate), root)
    assert len(found) == 1
    assert "counts only from" in found[0]


def test_a_broken_record_of_certificates_is_not_judged_by(
    series: Series, register: Mapping[str, str], tmp_path: Path
) -> None:
    for number, text in enumerate(["- sha256: x\n", "{}\n", "[\n", ""]):
        root = write_register({**register, KEYS: text}, tmp_path / str(number))
        with pytest.raises(CannotJudge, match=r"keys\.yaml:[0-9]+: "):
            chain_at(root)
        assert verify_here(series.folders[0], "--chain", "--root", root)[0] == 2


def test_a_record_is_read_whole() -> None:
    told = record(
        "a" * 64, withdrawn="2026-06-10", replaces="b" * 64, reason="Lost", reference="D-1"
    )
    assert parse_signing_keys([told]) == (
        SigningKey(
            sha256="a" * 64,
            name="Demo signer",
            start=date(2026, 1, 1),
            end=date(2026, 12, 31),
            replaces="b" * 64,
            withdrawn=date(2026, 6, 10),
            reason="Lost",
            reference="D-1",
        ),
    )
