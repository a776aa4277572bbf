"""The host as far as a comment needs it: a server on this machine that keeps what it is told."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import listening
from tests.repository import ROOT

REPOSITORY = "somebody/cpl"
TOKEN = "the-token-of-the-job"  # noqa: S105  # of the play
COMMIT = "0123456789abcdef0123456789abcdef01234567"
RUN, NUMBER, FORK = 4711, 7, 99
BOT = {"login": "github-actions[bot]", "type": "Bot"}
PLAIN = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040402.yaml"


def archive(files: Mapping[str, bytes]) -> bytes:
    """Files as the action that puts them by packs them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, raw in files.items():
            file.writestr(name, raw)
    return packed.getvalue()


def put_by(text: str, number: int | str = NUMBER) -> bytes:
    """What a review puts by."""
    return archive({"number": f"{number}\n".encode(), "verdict.md": text.encode()})


def new_pull(**changes: Any) -> dict[str, Any]:
    return {
        "number": NUMBER,
        "state": "open",
        "changed_files": 1,
        "head": {"sha": COMMIT, "repo": {"id": FORK}},
        **changes,
    }


def new_run(**changes: Any) -> dict[str, Any]:
    return {
        "id": RUN,
        "event": "pull_request",
        "path": ".github/workflows/review.yml",
        "conclusion": "success",
        "head_sha": COMMIT,
        "head_repository": {"id": FORK},
        **changes,
    }


@dataclass(kw_only=True)
class Played:
    """What the host holds, and what was asked of it and said to it."""

    archives: dict[int, bytes] = field(default_factory=dict)
    pull: dict[str, Any] = field(default_factory=new_pull)
    files: list[dict[str, str]] = field(default_factory=lambda: [{"filename": PLAIN}])
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    stored_with: list[str | None] = field(default_factory=list)
    broken: dict[str, int] = field(default_factory=dict)
    moves_after: str = ""
    port: int = 0

    @property
    def said(self) -> list[str]:
        return [one["body"] for one in self.comments]

    def answer(self, method: str, path: str, data: Any) -> tuple[int, Any]:
        """Status and data."""
        address = urlsplit(path)
        rest = address.path.removeprefix(f"/repos/{REPOSITORY}/")
        if rest in self.broken:
            return self.broken[rest], {"message": "no"}
        if rest == self.moves_after:
            self.pull = new_pull(head={"sha": COMMIT[::-1], "repo": {"id": FORK}})
        page = int(parse_qs(address.query).get("page", ["1"])[0])
        part = slice(100 * (page - 1), 100 * page)
        if method == "GET":
            held: dict[str, Any] = {
                f"actions/runs/{RUN}/artifacts": {"artifacts": self.listed()},
                f"pulls/{NUMBER}": self.pull,
                f"pulls/{NUMBER}/files": self.files[part],
                f"issues/{NUMBER}/comments": self.comments[part],
            }
            return (200, held[rest]) if rest in held else (404, {"message": "Not Found"})
        if (method, rest) == ("POST", f"issues/{NUMBER}/comments"):
            self.comments.append({"id": 1000 + len(self.comments), "user": BOT, **data})
            return 201, self.comments[-1]
        assert method == "PATCH"
        (one,) = [one for one in self.comments if f"issues/comments/{one['id']}" == rest]
        one.update(data)
        return 200, one

    def listed(self) -> list[dict[str, Any]]:
        return [
            {"id": number, "name": "verdict", "expired": False, "size_in_bytes": len(raw)}
            for number, raw in self.archives.items()
        ]


def handler(played: Played) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do()

        def do_POST(self) -> None:
            self.do()

        def do_PATCH(self) -> None:
            self.do()

        def do(self) -> None:
            if self.path.startswith("/store/"):  # elsewhere, where no token belongs
                played.stored_with.append(self.headers["Authorization"])
                self.reply(200, played.archives[int(self.path.split("/")[2])])
                return
            assert self.headers["Authorization"] == f"Bearer {TOKEN}"
            length = int(self.headers["Content-Length"] or 0)
            data = json.loads(self.rfile.read(length)) if length else None
            played.asked.append((self.command, urlsplit(self.path).path.split("/", 4)[-1]))
            if self.path.endswith("/zip"):
                self.send_response(302)
                self.send_header("Location", f"/store/{self.path.split('/')[-2]}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, answer = played.answer(self.command, self.path, data)
            self.reply(status, json.dumps(answer).encode())

        def reply(self, status: int, raw: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's name
            """Says nothing."""

    return Handler


@contextmanager
def playing(played: Played) -> Iterator[Played]:
    """The host, listening."""
    with listening(handler(played)) as address:
        played.port = int(address.rpartition(":")[2])
        yield played


def commented(
    played: Played, run: Mapping[str, Any], folder: Path, **given: str
) -> tuple[int, str]:
    """`make comment` as the workflow runs it; its exit code and all that it printed."""
    event = folder / "event.json"
    event.write_text(json.dumps({"workflow_run": run}), encoding="utf-8")
    done = subprocess.run(
        ["make", "--silent", "comment", f"PYTHON={sys.executable} -S"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "GH_TOKEN": TOKEN,
            "GITHUB_API_URL": f"http://127.0.0.1:{played.port}",
            "GITHUB_SERVER_URL": "https://host.example",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_EVENT_PATH": os.fspath(event),
            **given,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout + done.stderr
    assert "Traceback" not in told
    assert TOKEN not in told
    return done.returncode, told
