"""Two things at once: a register that changes while it is read, one key submitted twice, a wrong clock."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from cpl_registry.edges import git_history, publishing, releasing, worktree
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.folder import Seen

from tests.clones import Clone, Done, new_clone, refused
from tests.machines import contents
from tests.registers import GBCS_1_1
from tests.rehearsals import new_signer

DAY = "2018-12-01"
ENTRY = "cpl/devices/ch/harbour-networks/f0b3-0041-0102-04000001.yaml"
ORDERS = (("first", "second"), ("second", "first"))
KEY = "ch-f0b3-0041-01-02-04000001"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    folder = tmp_path_factory.mktemp("races")
    return new_clone(folder / "register", GBCS_1_1, new_signer(folder, "demo"))


@pytest.fixture
def clone(made: Clone, tmp_path: Path) -> Clone:
    return made.copy(tmp_path / "register")


def path_of(clone: Clone, number: int) -> str:
    """An entry of the register."""
    found = sorted((clone.root / "cpl/devices").rglob("*.yaml"))[number]
    return found.relative_to(clone.root).as_posix()


# -------------------------------------------------------------------- the register changes meanwhile


def edited(clone: Clone) -> None:
    """A name is another."""
    path = clone.root / path_of(clone, 0)
    text = path.read_text(encoding="utf-8")
    assert text.count("model_name: ") <= 1
    path.write_text(text.replace('gbcs_version: "1.0"', 'gbcs_version: "1.1"'), encoding="utf-8")


def removed(clone: Clone) -> None:
    """A file is gone."""
    (clone.root / path_of(clone, 0)).unlink()


def added(clone: Clone) -> None:
    """A file is new."""
    path = clone.root / path_of(clone, 0)
    shutil.copy(path, path.with_name(f"9{path.name}"))


def committed(clone: Clone) -> None:
    """A file is another, and so is the commit: Git sees no difference."""
    path = clone.root / "cpl/reference/waivers.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# meanwhile\n", encoding="utf-8")
    clone.commit("Meanwhile")


def changing_after_the_reading(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, change: Callable[[Clone], None]
) -> None:
    """The register changes once every file was read, and before Git is asked for the commit."""
    commit_of = git_history.commit_of

    def asked(root: Path) -> str | None:
        change(clone)
        return commit_of(root)

    monkeypatch.setattr(publishing, "commit_of", asked)


@pytest.mark.parametrize("change", [edited, removed, added, committed])
def test_what_changed_while_it_was_read_is_not_published(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, change: Callable[[Clone], None]
) -> None:
    """Neither a mixture of two states, nor one state under the other's commit."""
    changing_after_the_reading(clone, monkeypatch, change)
    out = clone.root.parent / "out"
    done = clone.cpl("extract", "--on", DAY, "--out", out)
    assert done.code == 2
    assert "changed while the register was read" in done.err
    assert "run it again" in done.err
    assert not out.exists()
    monkeypatch.undo()


@pytest.mark.parametrize("change", [edited, committed])
def test_nor_is_it_built_or_released(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, change: Callable[[Clone], None]
) -> None:
    changing_after_the_reading(clone, monkeypatch, change)
    with pytest.raises(CannotJudge, match="changed while the register was read"):
        publishing.build(clone.root, date.fromisoformat(DAY), clone.root / "build")
    assert not (clone.root / "build").exists()
    clone.git("checkout", "--quiet", "--", ".")
    assert clone.release(DAY).code == 2
    assert clone.serials == []
    assert not (clone.root / "release").exists()


def test_a_file_that_changes_between_two_that_are_read(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before it was read of the old state, the ones after it of the new."""
    read = worktree._read
    first: list[str] = []

    def reading(root: Path, one: Seen) -> bytes:
        raw = read(root, one)
        if not first and one.path == path_of(clone, 0):
            first.append(one.path)
            for name in (path_of(clone, 0), path_of(clone, 1)):
                file = clone.root / name
                file.write_bytes(file.read_bytes() + b"\n")
        return raw

    monkeypatch.setattr(worktree, "_read", reading)
    done = clone.cpl("extract", "--on", DAY)
    assert first
    assert done.code in {1, 2}  # the new state has a fault of form, where it was read
    assert done.out == b""


def test_what_changes_once_it_was_read_is_of_the_next_time(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the files are written nothing is read again: the old state, whole."""
    undisturbed = clone.root.parent / "undisturbed"
    clone.must("extract", "--on", DAY, "--out", undisturbed)
    checked = publishing.checked

    def late(*given: object) -> object:
        edited(clone)
        return checked(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "checked", late)
    out = clone.root.parent / "out"
    clone.must("extract", "--on", DAY, "--out", out)
    assert clone.git("status", "--porcelain", "cpl") != ""
    assert contents(out) == contents(undisturbed)


def test_git_is_not_believed_about_a_file_that_it_was_told_not_to_look_at(clone: Clone) -> None:
    path = "cpl/reference/waivers.yaml"
    clone.git("update-index", "--assume-unchanged", path)
    clone.append(path, "# not committed\n")
    assert clone.git("status", "--porcelain") == ""
    done = clone.release(DAY)
    assert done.code == 2
    assert f"{path} is not what commit" in done.err
    assert clone.serials == []


# ------------------------------------------------------------------------------ one key, submitted twice


def submitted_twice(clone: Clone, *, elsewhere: bool = False) -> dict[str, str]:
    """Two branches that add one Device Model, each with its own image; who reads the hash of which."""
    text = (clone.root / ENTRY).read_text(encoding="utf-8")
    clone.git("rm", "--quiet", ENTRY)
    clone.commit("Before")
    digest = text.partition('sha256: "')[2][:64]
    texts = {"first": text, "second": text.replace(digest, f"{digest[:-4]}0A1B")}
    for name, one in texts.items():
        clone.git("checkout", "--quiet", "-b", name, "main")
        place = (
            ENTRY.replace("04000001.yaml", "0400000f.yaml")
            if elsewhere and name == "second"
            else ENTRY
        )
        clone.write({place: one})
        clone.commit(f"Submission: {name}")
    clone.git("checkout", "--quiet", "main")
    return texts


def reviewed(clone: Clone, base: str, head: str) -> Done:
    return clone.cpl("review", "--base", base, "--head", head, "--on", DAY)


@pytest.mark.parametrize(("one", "other"), ORDERS)
def test_the_second_submission_of_a_key_conflicts_in_git(
    clone: Clone, one: str, other: str
) -> None:
    """The path follows from the key, so there is one file; in either order the first one stays."""
    texts = submitted_twice(clone)
    clone.git("merge", "--quiet", "--no-edit", one)
    with pytest.raises(Exception, match="returned non-zero exit status 1"):
        clone.git("merge", "--quiet", "--no-edit", other)
    assert clone.git("diff", "--name-only", "--diff-filter=U").split() == [ENTRY]
    clone.git("merge", "--abort")
    assert (clone.root / ENTRY).read_text(encoding="utf-8") == texts[one]


@pytest.mark.parametrize(("one", "other"), ORDERS)
def test_whoever_forces_the_second_one_in_is_refused_by_the_review(
    clone: Clone, one: str, other: str
) -> None:
    """One key never has two hashes: what was there was changed without a line that tells it."""
    submitted_twice(clone)
    clone.git("merge", "--quiet", "--no-edit", one)
    clone.git("merge", "--quiet", "--no-edit", "--strategy-option=theirs", other)
    clone.git("branch", "forced")
    clone.git("reset", "--quiet", "--hard", "HEAD~1")
    done = reviewed(clone, "HEAD", "forced")
    assert done.code == 1
    assert "CPL644" in done.told


@pytest.mark.parametrize(("one", "other"), ORDERS)
def test_one_key_in_two_files_is_refused_whatever_the_order(
    clone: Clone, one: str, other: str
) -> None:
    """Git sees no conflict between two paths; the rules judge what the merge gives."""
    submitted_twice(clone, elsewhere=True)
    clone.git("merge", "--quiet", "--no-edit", one)
    before = clone.git("rev-parse", "HEAD").strip()
    clone.git("merge", "--quiet", "--no-edit", other)
    done = reviewed(clone, before, "HEAD")
    assert done.code == 1
    assert KEY in done.told
    assert clone.cpl("validate", "--on", DAY).code == 1
    assert clone.release(DAY).code == 1
    assert clone.serials == []


# ------------------------------------------------------------------------------------------- the clock


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """What the clock of the machine says when a delivery is made."""
    monkeypatch.setattr(releasing, "now", lambda: moment)
    monkeypatch.setattr(releasing, "today", moment.date)


@pytest.mark.parametrize("seed", range(2))
def test_a_clock_that_jumps_makes_no_delivery_that_was_sent_before_another(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Hours and days ahead and back, one delivery tried after each jump."""
    chance = Random(seed)  # noqa: S311  # the same every time
    moment, stopped = datetime(2018, 12, 1, 12, tzinfo=UTC), 0
    for _ in range(6):
        at(monkeypatch, moment)
        done = clone.release(moment.date())
        if done.code:
            stopped += 1
            assert "mend the clock" in done.told or "was sent after" in done.told
        else:
            clone.commit("Delivered")
        moment += timedelta(hours=chance.choice((-30, -7, -1, 2, 40)))
    made = [clone.delivery(serial) for serial in clone.serials]
    assert stopped
    assert len(made) > 1
    assert all(one.sent_at <= other.sent_at and one.on <= other.on for one, other in pairwise(made))
    assert clone.cpl("validate", "--on", str(made[-1].on)).code == 0


def test_an_answer_dated_before_its_delivery_was_sent_is_not_taken_in(
    clone: Clone, tmp_path: Path
) -> None:
    """A second is enough; at the very moment of sending it is taken."""
    clone.delivered(DAY)
    serial = f"{DAY}-01"
    sent_at = clone.delivery(serial).sent_at
    answer, taken = tmp_path / "answer.csv", clone.root / f"cpl/dcc/acknowledgements/{serial}.yaml"

    def acknowledged(moment: datetime) -> Done:
        rows = [f"{serial},*,,loaded,,{sent_at:%Y-%m-%dT%H:%M:%SZ}"]
        rows += [f"{serial},{KEY},CHF,loaded,,{moment:%Y-%m-%dT%H:%M:%SZ}"]
        head = "serial,entry_id,logical_device,result,reason,at"
        answer.write_text("\n".join((head, *rows, "")), "utf-8")
        return clone.cpl("acknowledge", answer, "--on", DAY)

    done = acknowledged(sent_at - timedelta(seconds=1))
    refused(done, f"cpl: {answer}:3: the result is dated {DAY}T11:59:59Z, before {serial} was sent")
    refused(done, "(CPL717)", "nothing was taken in: check", "with the DCC")
    assert done.err.count("\n") == 1
    assert not taken.exists()
    assert acknowledged(sent_at).code == 0
    assert taken.exists()
