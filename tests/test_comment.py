"""The comment of a verdict: made once, kept up to date, and dead whatever a submission puts by."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.outputs.review import Due, Review
from cpl_registry.outputs.review_document import as_markdown
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.findings import Finding, Severity
from cpl_registry.state.changes import ExtractChange, FieldChange, FileChange, Nature
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewing import verdict

from tests.comment_host import (
    BOT,
    COMMIT,
    FORK,
    NUMBER,
    PLAIN,
    REPOSITORY,
    RUN,
    Played,
    archive,
    commented,
    new_pull,
    new_run,
    playing,
    put_by,
)

TEXT = "## Acceptable: the checks find no error in this submission.\n\n- correction: `esme-f0a1`\n"
# Each lives in a comment if it is posted as it stands.
ALIVE = {
    "a mention": "Thanks to @somebody",
    "a mention of a team": "@somebody/administrators please approve",
    "a link": "[read this](https://bad.example)",
    "a reference link": "[read this]\n\n[read this]: https://bad.example",
    "an address": "see https://bad.example/",
    "an address without a scheme": "see WWW.bad.example",
    "an address of mail": "write to a@bad.example",
    "a picture": "![](https://bad.example/pixel.png)",
    "HTML": "<img src=x>",
    "a comment that hides": "<!-- hidden",
    "an entity": "&#64;somebody",
    "another pull request": "fixes #1",
    "a table": "| a | b |\n|---|---|\n| c | d |",
    "a fence": "```\nis it code\n```",
    "a fence of tildes": "~~~\nis it code\n~~~",
    "a span of two": "``a ` @somebody``",
    "a span over lines": "`a\n@somebody` b",
    "an escaped backtick": "\\`@somebody\\`",
    "an open span": "a `b",
    "a formula": "$`\\href{https://bad.example}{x}`$",
    "a footnote": "a[^1]",
    "a task": "- [x] approved",
    "a control character": "a \x1b[2J b",
    "a control character in a span": "`a \x1b[2J b`",
    "a turn of direction": "`a \u202e b`",
    "what is not to be seen": "`a \u200b b`",
    "a carriage return": "a\r\nb",
    "a letter of another script": "Acceptable: \u0430",
    "a line separator": "`a\u2028@somebody`",
}
NOT_OURS = {
    "of a push": {"event": "push"},
    "of another workflow of that name": {"path": ".github/workflows/mine.yml"},
    "cancelled": {"conclusion": "cancelled"},
    "of another commit": {"head_sha": COMMIT[::-1]},
    "of another fork": {"head_repository": {"id": FORK + 1}},
}


@pytest.fixture
def host() -> Iterator[Played]:
    with playing(Played(archives={1: put_by(TEXT)})) as played:
        yield played


def test_a_verdict_is_one_comment(host: Played, tmp_path: Path) -> None:
    assert commented(host, new_run(), tmp_path) == (0, "comment: the comment is made\n")
    run = f"https://host.example/{REPOSITORY}/actions/runs/{RUN}"
    (said,) = host.said
    assert said == (
        f"{verdict.MARK}\n{TEXT.strip()}\n\nOf commit `{COMMIT[:12]}`. [The run and its summary]({run})\n"
    )


def test_the_next_verdict_changes_it(host: Played, tmp_path: Path) -> None:
    commented(host, new_run(), tmp_path)
    assert commented(host, new_run(), tmp_path)[1] == "comment: the comment says so already\n"
    host.archives[2] = put_by("## Not acceptable yet: 1 error to mend.\n")
    run = new_run(conclusion="failure")
    assert commented(host, run, tmp_path) == (0, "comment: the comment is changed\n")
    (said,) = host.said
    assert said.startswith(f"{verdict.MARK}\n## Not acceptable yet")


def test_of_several_attempts_the_last_counts(host: Played, tmp_path: Path) -> None:
    host.archives = {5: put_by("## The last\n"), 3: put_by("## An earlier one\n")}
    commented(host, new_run(), tmp_path)
    assert "The last" in host.said[0]


def test_it_is_found_among_many(host: Played, tmp_path: Path) -> None:
    others = [{"id": n, "user": {"login": "somebody"}, "body": "hello"} for n in range(250)]
    host.comments = [*others[:199], {"id": 900, "user": BOT, "body": verdict.MARK}, *others[199:]]
    assert commented(host, new_run(), tmp_path)[1] == "comment: the comment is changed\n"
    assert "Acceptable" in host.comments[199]["body"]


@pytest.mark.parametrize("user", [{"login": "somebody"}, {"login": "github-actions"}, None])
def test_the_mark_in_the_comment_of_another_is_nothing(
    user: object, host: Played, tmp_path: Path
) -> None:
    host.comments = [{"id": 1, "user": user, "body": f"{verdict.MARK}\nApproved"}]
    assert commented(host, new_run(), tmp_path)[1] == "comment: the comment is made\n"
    assert host.said[0] == f"{verdict.MARK}\nApproved"
    assert len(host.said) == 2


@pytest.mark.parametrize("change", NOT_OURS.values(), ids=list(NOT_OURS))
def test_of_another_run_nothing_is_said(
    change: dict[str, object], host: Played, tmp_path: Path
) -> None:
    code, told = commented(host, new_run(**change), tmp_path)
    assert code == 0
    assert told.startswith("comment: nothing is said: ")
    assert host.said == []


@pytest.mark.parametrize(
    "pull",
    [
        new_pull(state="closed"),
        new_pull(head={"sha": COMMIT, "repo": None}),
        new_pull(head={"sha": COMMIT[::-1], "repo": {"id": FORK}}),
    ],
    ids=["closed", "fork gone", "newer commit"],
)
def test_of_another_pull_request_nothing_is_said(
    pull: dict[str, object], host: Played, tmp_path: Path
) -> None:
    host.pull = pull
    code, told = commented(host, new_run(), tmp_path)
    assert (code, host.said) == (0, [])
    assert told.startswith("comment: nothing is said: the pull request ")


def test_one_that_moves_meanwhile_gets_no_verdict(host: Played, tmp_path: Path) -> None:
    host.moves_after = f"pulls/{NUMBER}/files"
    assert "at another commit" in commented(host, new_run(), tmp_path)[1]
    assert host.said == []


@pytest.mark.parametrize(
    "files",
    [
        [{"filename": ".github/workflows/review.yml"}],
        [{"filename": ".GitHub/workflows/x.yml"}],
        [{"filename": "x.yml", "previous_filename": ".github/workflows/review.yml"}],
        [{"filename": PLAIN}] * 120 + [{"filename": ".github/CODEOWNERS"}],
    ],
    ids=["changed", "in other letters", "moved away", "on the second page"],
)
def test_who_changes_the_workflows_does_not_get_a_verdict_repeated(
    files: list[dict[str, str]], host: Played, tmp_path: Path
) -> None:
    host.files = files
    host.pull = new_pull(changed_files=len(files))
    assert commented(host, new_run(), tmp_path)[0] == 0
    assert verdict.TOOLS_CHANGED in host.said[0]
    assert "Acceptable" not in host.said[0]


@pytest.mark.parametrize("count", [2, 3001])
def test_nor_does_one_whose_files_cannot_all_be_seen(
    count: int, host: Played, tmp_path: Path
) -> None:
    host.pull = new_pull(changed_files=count)
    commented(host, new_run(), tmp_path)
    assert verdict.TOOLS_CHANGED in host.said[0]


@pytest.mark.parametrize("text", ALIVE.values(), ids=list(ALIVE))
def test_what_would_live_in_a_comment_is_not_repeated(text: str) -> None:
    assert verdict.harmless(TEXT)
    assert not verdict.harmless(f"{TEXT}{text}\n")
    said = verdict.comment(f"{TEXT}{text}\n", COMMIT, "https://host.example/run")
    assert verdict.NOT_REPEATED in said
    assert text not in said


def test_nor_is_it_by_the_command(host: Played, tmp_path: Path) -> None:
    host.archives = {1: put_by(f"{TEXT}@somebody <img src=x>\n")}
    assert commented(host, new_run(), tmp_path)[0] == 0
    assert verdict.NOT_REPEATED in host.said[0]
    assert "@" not in host.said[0]


HOSTILE = {
    "no archive": b"PK is not enough",
    "nothing": b"",
    "no number": archive({"verdict.md": b"x"}),
    "no verdict": archive({"number": b"7"}),
    "a number and more": put_by(TEXT, "7; rm"),
    "a number of another script": put_by(TEXT, "\u0667"),
    "a number of 11 digits": put_by(TEXT, "70000000000"),
    "nought": put_by(TEXT, "0"),
    "below nought": put_by(TEXT, "-7"),
    "a path": put_by(TEXT, "7/../8"),
    "no UTF-8": archive({"number": b"7", "verdict.md": b"\xff"}),
    "a bomb": archive({"number": b"7", "verdict.md": bytes(64 * 1024 * 1024)}),
    "a large number": archive({"number": b"7" * 2 * 1024 * 1024, "verdict.md": b"x"}),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_archive_says_nothing(raw: bytes, host: Played, tmp_path: Path) -> None:
    host.archives = {1: raw}
    code, told = commented(host, new_run(), tmp_path)
    assert (code, host.said) == (0, [])
    assert told.startswith("comment: nothing is said: what the run put by is not used: ")


def test_a_number_of_nobody_says_nothing(host: Played, tmp_path: Path) -> None:
    host.archives = {1: put_by(TEXT, NUMBER + 1)}
    assert "no pull request of that number" in commented(host, new_run(), tmp_path)[1]


def test_no_spoilt_archive_is_an_accident() -> None:
    draw = random.Random(20261122)  # noqa: S311  # the same in every run
    whole = put_by(TEXT)
    read = 0
    for _ in range(2000):
        raw = bytearray(whole)
        for _ in range(draw.randint(1, 4)):
            raw[draw.randrange(len(raw))] = draw.randrange(256)
        del raw[draw.choice([len(raw), len(raw), draw.randrange(len(raw))]) :]
        try:
            verdict.read(bytes(raw))
            read += 1
        except verdict.NotReadable:
            continue
    assert 0 < read < 2000


def test_a_run_that_put_nothing_by_says_nothing(host: Played, tmp_path: Path) -> None:
    host.archives = {}
    assert "put no verdict by" in commented(host, new_run(), tmp_path)[1]
    host.archives = {1: bytes(2 * 1024 * 1024)}
    assert "put no verdict by" in commented(host, new_run(), tmp_path)[1]
    assert not [path for method, path in host.asked if path.endswith("/zip")]


def test_a_long_verdict_is_cut_between_lines(host: Played, tmp_path: Path) -> None:
    line = "- added: `esme-f0a1-0005-02-03-é0000000`\n"
    host.archives = {1: put_by(TEXT + line * 5000)}
    commented(host, new_run(), tmp_path)
    (said,) = host.said
    assert len(said) < 65_536
    lines = said.splitlines()
    assert set(lines[lines.index(line.strip()) : -4]) == {line.strip()}
    assert "the summary of the run has it" in said


def test_the_token_stays_with_the_host(host: Played, tmp_path: Path) -> None:
    commented(host, new_run(), tmp_path)
    assert host.stored_with == [None]
    for address in ("http://bad.example", "ftp://127.0.0.1:1", "http://127.0.0.1:1@bad.example"):
        code, told = commented(host, new_run(), tmp_path, GITHUB_API_URL=address)
        assert (code, "is not one of https" in told) == (2, True), told


@pytest.mark.parametrize(
    "path",
    [
        f"actions/runs/{RUN}/artifacts",
        f"pulls/{NUMBER}",
        f"pulls/{NUMBER}/files",
        f"issues/{NUMBER}/comments",
    ],
)
def test_a_host_that_refuses_is_a_failure(path: str, host: Played, tmp_path: Path) -> None:
    host.broken = {path: 503}
    code, told = commented(host, new_run(), tmp_path)
    assert (code, host.said) == (2, [])
    assert "the host answered 503" in told


def test_an_event_of_another_shape_is_a_failure(host: Played, tmp_path: Path) -> None:
    code, told = commented(host, {"id": RUN}, tmp_path)
    assert code == 2
    assert "this runs only in comment.yml" in told


ANY = st.text(max_size=30) | st.sampled_from(list(ALIVE.values()))


@settings(max_examples=150, deadline=None)
@given(ANY, ANY, ANY, ANY)
def test_every_verdict_of_a_review_is_harmless(one: str, two: str, three: str, four: str) -> None:
    """Whatever the data says: so what a review writes is repeated."""
    change = FieldChange(field=one, before=two, after=(three, four))
    nature = Nature.EDIT
    made = Review(
        base=COMMIT,
        head=COMMIT,
        on=date(2026, 11, 20),
        actor=one,
        files=(
            FileChange(path=two, nature=nature),
            FileChange(path=two, nature=nature, entry_id=EntryId(three), fields=(change,)),
        ),
        findings=(
            Finding(
                rule="CPL661",
                severity=Severity.ERROR,
                path=one,
                line=1,
                column=2,
                message=two,
                fix=three,
                end_column=None,
                pointer=None,
                help=four,
            ),
        ),
        older=2,
        extract=ExtractChange(
            added=(EntryId(one),),
            changed=((EntryId(one), two, three, four),),
            removed=(EntryId(two),),
            newly_held=(),
            newly_released=(EntryId(four),),
        ),
        outlooks={},
        clock=(
            Due(
                entry_id=EntryId(one),
                event="listed",
                day=date(2026, 11, 20),
                due=date(2026, 11, 23),
            ),
        ),
        approvals=("A submission is listed when an administrator adds the line `listed`.",),
    )
    text = as_markdown(made)
    assert verdict.harmless(text), text
