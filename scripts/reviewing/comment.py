"""The verdict of a review as the one comment on its pull request: `make comment`.

Runs after the review, in a workflow of the main branch. It has a token that may comment, so it takes
nothing of the submission but data: no checkout of it, no installation, no package. What happened is
read from the file of the event; which pull request is meant is believed only if the host says that
it stands at the commit that was reviewed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from reviewing import verdict
from reviewing.host import Host, HostFailed

_ARTEFACT = "verdict"
_WORKFLOW = ".github/workflows/review.yml"
_BOT = "github-actions[bot]"
_MOST_FILES = 3000
"""The host lists no more files of a pull request."""
_MOST_PAGES = 50


class NothingToSay(Exception):
    """Why there is no comment, which is no failure."""


def post(host: Host, event: Any, server: str) -> str:
    """Makes or changes the comment; returns what was done.

    Raises:
        NothingToSay: the run is of no open pull request at this commit, or put nothing by.
        HostFailed: the host refused.
        KeyError, TypeError: the event or an answer has another shape than the host documents.
    """
    run = event["workflow_run"]
    if run["event"] != "pull_request" or run["path"].partition("@")[0] != _WORKFLOW:
        raise NothingToSay("the run is not the review of a pull request")
    if run["conclusion"] not in {"success", "failure"}:
        raise NothingToSay("the run did not come to its end")
    run_id, commit = int(run["id"]), str(run["head_sha"])
    made = _put_by(host, run_id)
    pull = _pull_request(host, made.number, commit, run["head_repository"])
    text = verdict.TOOLS_CHANGED if _touches_tools(host, pull) else made.text
    address = f"{server}/{host.repository}/actions/runs/{run_id}"
    body = verdict.comment(text, commit, address)
    # Looked at again, for it may have moved while its files were listed.
    _pull_request(host, made.number, commit, run["head_repository"])
    return _say(host, made.number, body)


def _put_by(host: Host, run_id: int) -> verdict.Verdict:
    """What the run put by; of several attempts, the last."""
    listed = host.get(f"actions/runs/{run_id}/artifacts?name={_ARTEFACT}&per_page=100")
    found = [
        one
        for one in listed["artifacts"]
        if one["name"] == _ARTEFACT
        and not one["expired"]
        and one["size_in_bytes"] <= verdict.MOST_PUT_BY
    ]
    if not found:
        raise NothingToSay("the run put no verdict by; its log says why")
    newest = max(int(one["id"]) for one in found)
    raw = host.fetch(f"actions/artifacts/{newest}/zip", verdict.MOST_PUT_BY)
    try:
        return verdict.read(raw)
    except verdict.NotReadable as error:
        raise NothingToSay(f"what the run put by is not used: {error}") from error


def _pull_request(host: Host, number: int, commit: str, repository: Any) -> Any:
    """The pull request of that number, if it is the one that was reviewed and is at that commit."""
    try:
        pull = host.get(f"pulls/{number}")
    except HostFailed as error:
        if error.status == 404:
            raise NothingToSay("there is no pull request of that number") from error
        raise
    head = pull["head"]
    if head["sha"] != commit or (head["repo"] or {}).get("id") != repository["id"]:
        raise NothingToSay("the pull request stands at another commit than was reviewed")
    if pull["state"] != "open":
        raise NothingToSay("the pull request is closed")
    return pull


def _touches_tools(host: Host, pull: Any) -> bool:
    """Whether a pull request could have changed the workflow that judged it, or cannot be seen whole."""
    if pull["changed_files"] > _MOST_FILES:
        return True
    files = list(host.pages(f"pulls/{int(pull['number'])}/files", _MOST_FILES // 100))
    if len(files) != pull["changed_files"]:
        return True
    return any(
        name.lower().startswith(".github/")
        for one in files
        for name in (one["filename"], one.get("previous_filename", ""))
    )


def _say(host: Host, number: int, body: str) -> str:
    """Changes our own comment, or makes it. One that somebody else began with the mark is not ours."""
    for one in host.pages(f"issues/{number}/comments", _MOST_PAGES):
        if one["user"] and one["user"]["login"] == _BOT and one["body"].startswith(verdict.MARK):
            if one["body"].strip() == body.strip():
                return "the comment says so already"
            host.say("PATCH", f"issues/comments/{int(one['id'])}", {"body": body})
            return "the comment is changed"
    host.say("POST", f"issues/{number}/comments", {"body": body})
    return "the comment is made"


def main() -> None:
    """Takes everything from the environment; the exit code is 2 where the host or the event fails."""
    try:
        given = {
            name: os.environ[name]
            for name in ("GH_TOKEN", "GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL")
        }
        event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        host = Host(
            api=given["GITHUB_API_URL"],
            repository=given["GITHUB_REPOSITORY"],
            token=given["GH_TOKEN"],
        )
        done = post(host, event, given["GITHUB_SERVER_URL"])
    except NothingToSay as reason:
        done = f"nothing is said: {reason}"
    except HostFailed as error:
        sys.stderr.write(f"comment: {error}\n")
        sys.exit(2)
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        sys.stderr.write(
            f"comment: the event or an answer of the host is not as it should be ({type(error).__name__});"
            " this runs only in comment.yml\n"
        )
        sys.exit(2)
    sys.stdout.write(f"comment: {done}\n")


if __name__ == "__main__":
    main()
