"""The table of the benchmarks: every target has its row, and what is written is what was measured."""

import gzip
import json
import sys
import urllib.request
from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.__main__ import measured
from benchmarks.bench import Bench, forget
from benchmarks.measuring import Figures, NotMeasured, alternated, cpu_seconds, forked, ratios
from benchmarks.results import RESULTS, TITLES, replaced, section, tally
from benchmarks.row import Result, Row, Target, faster, ratio
from benchmarks.rows import SECTIONS
from benchmarks.serving import served
from benchmarks.visits import asked, kinds, largest_shard
from tests.repository import ROOT

TARGETS = {
    "bench": {
        "validate": "at most 1.8x (aim 1.3)",
        "validate-parser": "at most 1.8x (aim 1.3)",
        "check-jsonschema": "at least 20x",
        "broken": "at most 2x",
        "linear": "at most 10.5x",
        "warm": "at least 8x",
        "review": "at most 2x",
        "help": "at most 5x",
        "one": "at most 15x",
        "site": "at least 4x",
        "site-linear": "at most 8x",
        "build-linear": "at most 8x",
        "git-processes": "at most 1",
        "finder": "at most 1x",
        "finder-slow": "at most 1x",
        "finder-bytes": "at most 150 kB",
        "check": "at most 7 kB",
        "pages": "at most 100 kB",
        "shift": "at most 0",
    },
    "bench-scale": {
        "scale-validate": "at most 11x",
        "scale-validate-memory": "at most 1024 MiB",
        "scale-warm": "at least 8x",
        "scale-build": "at most 11x",
        "scale-build-memory": "at most 1024 MiB",
        "scale-site": "at most 1000 MB",
    },
}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(folder=tmp_path, pairs=5)


# -------------------------------------------------------------------------------------------------- rows


def test_every_target_has_its_row() -> None:
    found = {
        verb: {row.id: str(row.target) for row in rows if row.target}
        for verb, rows in SECTIONS.items()
    }
    assert found == TARGETS


def test_every_peer_has_its_row() -> None:
    names = " ".join(row.name for rows in SECTIONS.values() for row in rows)
    told = (
        "check-jsonschema",
        "ajv-cli",
        "plain mkdocs",
        "DataTables",
        "`git log` of each",
        "bare Python",
        "reading and parsing",
        "the YAML parser",
    )
    assert [peer for peer in told if peer not in names] == []


def test_the_written_table_has_every_row() -> None:
    text = RESULTS.read_text(encoding="utf-8")
    names = [row.name for rows in SECTIONS.values() for row in rows]
    assert len(set(names)) == len(names)
    assert [name for name in names if f"| {name} |" not in text] == []


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (ratio(2), 2.0, "met"),
        (ratio(2), 2.01, "missed"),
        (faster(20), 20.0, "met"),
        (faster(20), 19.9, "missed"),
        (None, 1.0, "no target"),
    ],
)
def test_the_verdict_is_that_of_the_median(
    target: Target | None, value: float, verdict: str
) -> None:
    row = Row(id="a", name="a", target=target, measure=lambda _: Figures(values=(), told=""))
    result = Result(row=row, figures=Figures(values=(0.1, value, 99.0), told=""))
    assert result.verdict == verdict


def test_ratios_are_of_pairs_and_name_our_side_first() -> None:
    pairs = [(2.0, 1.0), (3.0, 1.0), (8.0, 2.0)]
    assert ratios(pairs, "s").values == (2.0, 3.0, 4.0)
    assert ratios(pairs, "s").told == "3 and 1 s"
    assert ratios(pairs, "s", faster=True).values == (0.5, 1 / 3, 0.25)


def test_pairs_are_alternated_after_a_first_run_that_is_not_counted() -> None:
    order: list[str] = []

    def run(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = alternated(lambda: run("o"), lambda: run("p"), 3)
    assert "".join(order) == "op" + "op" + "po" + "op"
    assert found == [(3.0, 4.0), (6.0, 5.0), (7.0, 8.0)]


# ------------------------------------------------------------------------------------------ what is written


def results() -> list[Result]:
    def row(name: str, target: Target | None) -> Row:
        return Row(id=name, name=name, target=target, measure=lambda _: Figures(values=(), told=""))

    return [
        Result(
            row=row("good", ratio(2)), figures=Figures(values=(1.0, 1.5, 1.2), told="3 and 2 s")
        ),
        Result(
            row=row("bad", faster(8)), figures=Figures(values=(2.0,), told="-"), shown="the profile"
        ),
        Result(row=row("absent", None), problem="no Node.js here"),
    ]


def test_a_section_tells_every_row_and_why_one_was_missed() -> None:
    text = section("bench", results(), [("day", "2026-11-22")], seed=1)
    assert "| good | at most 2x | 1.20x [1.00, 1.50], n 3 | met | 3 and 2 s |" in text
    assert "| bad | at least 8x | 2.00x, n 1 | missed | - |" in text
    assert "| absent | none | - | not measured | no Node.js here |" in text
    assert "### Missed: bad\n\n```text\nthe profile\n```" in text
    assert tally(results()) == "1 met, 1 missed, 1 not measured"
    assert "- day: 2026-11-22" in text


def test_a_run_writes_its_own_section_and_keeps_the_others() -> None:
    old = section("bench-scale", results(), [("day", "2026-11-01")], seed=1)
    text = replaced("", "bench-scale", old)
    text = replaced(text, "bench", section("bench", results(), [("day", "2026-11-22")], seed=1))
    assert text.index(f"## {TITLES['bench']}") < text.index(f"## {TITLES['bench-scale']}")
    assert old in text
    again = section("bench", results()[:1], [("day", "2026-11-23")], seed=1)
    text = replaced(text, "bench", again)
    assert "2026-11-22" not in text
    assert again in text
    assert old in text


# ----------------------------------------------------------------------------------- what cannot be measured


def test_a_row_that_cannot_be_measured_is_told_and_the_next_is_measured(bench: Bench) -> None:
    def absent(_: Bench) -> Figures:
        raise NotMeasured("no such\nprogram")

    def fails(_: Bench) -> Figures:
        cpu_seconds([sys.executable, "-c", "raise SystemExit(3)"], {})
        raise AssertionError

    rows = [
        Row(id="a", name="a", measure=absent),
        Row(id="b", name="b", measure=fails),
        Row(
            id="c",
            name="c",
            target=ratio(1),
            measure=lambda _: Figures(values=(2.0,), told=""),
            why=lambda _: "why",
        ),
    ]
    found = list(measured(rows, bench))
    assert [one.verdict for one in found] == ["not measured", "not measured", "missed"]
    assert found[0].problem == "no such program"
    assert "exit status 3" in found[1].problem
    assert found[2].shown == "why"


def test_without_node_the_peers_are_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "INSTALLED", tmp_path / "peers")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotMeasured, match="Node"):
        peers.ajv(ROOT)


def test_work_in_a_copy_of_the_process_is_measured_or_fails(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert forked(lambda: sys.stderr.write(str(sum(range(1_000_000))))) > 0
    with pytest.raises(RuntimeError):
        forked(lambda: sys.exit(3))
    assert "SystemExit: 3" in capfd.readouterr().err


# ---------------------------------------------------------------------------------------------------- peers


def test_the_peers_are_locked_by_hash_and_name_no_host() -> None:
    folder = Path(peers.__file__).parent
    asked_for = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert lock["packages"][""]["dependencies"] == asked_for
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert [name for name, one in packages.items() if "resolved" in one] == []
    versions = {name: packages[f"node_modules/{name}"]["version"] for name in asked_for}
    assert versions == asked_for
    licences = (ROOT / "docs/decisions/0002-dependencies.md").read_text("utf-8")
    assert [name for name in asked_for if f"`{name}`" not in licences] == []


def test_text_is_packed_as_the_usual_hosts_pack_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text("word " * 1000, encoding="utf-8")
    (tmp_path / "b.png").write_bytes(b"picture")
    with served(tmp_path) as root:
        with urllib.request.urlopen(f"{root}/a/?q=1") as said:  # noqa: S310  # loopback
            body = said.read()
            assert said.headers["Content-Encoding"] == "gzip"
            assert len(body) < 200
            assert gzip.decompress(body) == b"word " * 1000
        with urllib.request.urlopen(f"{root}/b.png") as said:  # noqa: S310
            assert said.headers["Content-Encoding"] is None
            assert said.read() == b"picture"


def test_the_largest_of_pages_beside_each_other_stands_for_its_kind(tmp_path: Path) -> None:
    sizes = {"": 5, "check/": 9, "devices/": 1, "devices/a/": 2, "devices/b/": 3, "dcc/x/y/": 4}
    for address, size in sizes.items():
        (tmp_path / address).mkdir(parents=True, exist_ok=True)
        (tmp_path / address / "index.html").write_text("x" * size, encoding="utf-8")
    assert kinds(tmp_path) == {
        "": "",
        "check": "check/",
        "dcc/x/*": "dcc/x/y/",
        "devices": "devices/",
        "devices/*": "devices/b/",
    }


def test_questions_are_of_the_manufacturer_with_the_most_entries(tmp_path: Path) -> None:
    folder = tmp_path / "api" / "v1" / "check"
    folder.mkdir(parents=True)
    first, last = "esme-f0c1-0001-03-00-1f2fec21", "ch-f0c1-0002-03-00-1f2fec22"
    told = {"entries": [{"entry_id": first}, {"entry_id": last}]}
    (folder / "f0c1.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "f0c2.json").write_text("{}", encoding="utf-8")
    assert largest_shard(tmp_path) == [first, last]
    assert list(asked(tmp_path)) == [
        "check/?q=F0C1+0001+03+00+1F2FEC21",
        "devices/?q=1f2fec21",
        f"compare/?a={first}&b={last}",
        f"submit/new/?act=amend&entry={first}",
    ]


def test_a_cold_run_finds_no_cache(bench: Bench, tmp_path: Path) -> None:
    kept = tmp_path / ".cache" / "cpl" / "rows"
    command = [sys.executable, "-c", f"import os, sys; sys.exit(os.path.exists({str(kept)!r}))"]
    for _ in range(2):
        kept.mkdir(parents=True)
        bench.run(command, cold=tmp_path)()
    kept.mkdir(parents=True)
    with pytest.raises(Exception, match="exit status 1"):
        bench.run(command)()
    forget(tmp_path)
    assert not kept.exists()
