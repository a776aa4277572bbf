"""A process that has the commands loaded and runs each in a child, to be killed or starved there.

`python -m tests.forked` reads a request and answers with the child's process id, then reads an empty
line and answers with how the child ended. A start of Python takes longer than a release: without this nearly
every kill would hit the imports.
"""

import io
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.repository import ROOT

STEPS = frozenset(
    {
        "os.mkdir",
        "os.rename",
        "os.remove",
        "os.rmdir",
        "os.chmod",
        "shutil.rmtree",
        "subprocess.Popen",
    }
)
"""What the command does to files, as Python's audit events name it; opening to write is one more."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended: exit code, negative for a signal; what it said; how many steps it took."""

    code: int
    told: str
    steps: int


@dataclass(frozen=True, kw_only=True)
class Forked:
    """The process, as a test speaks with it."""

    process: subprocess.Popen[str]

    def start(
        self,
        *arguments: str | Path,
        die_at: int | None = None,
        most_bytes: int | None = None,
        die_there: bool = False,
    ) -> int:
        """Starts a command and returns its process id.

        It dies before step number `die_at`; no file that it writes may grow over `most_bytes`: it
        is told so, as on a full disk, or with `die_there` dies in the midst of that write.
        """
        told = {
            "arguments": [str(one) for one in arguments],
            "die_at": die_at,
            "most_bytes": most_bytes,
            "die_there": die_there,
        }
        self._write(json.dumps(told))
        return int(self._read())

    def end(self) -> Ended:
        """Waits for the end of the command that was started; until then its process id is its own."""
        self._write("")
        return Ended(**json.loads(self._read()))

    def run(self, *arguments: str | Path, **how: Any) -> Ended:
        """A command from start to end."""
        self.start(*arguments, **how)
        return self.end()

    def _write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def _read(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process that runs the commands is gone"
        return line


@contextmanager
def forked() -> Iterator[Forked]:
    """The process, for as long as it is needed."""
    command = [sys.executable, "-m", "tests.forked"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Forked(process=process)
        assert process.stdin is not None
        process.stdin.close()


def _torn(path: Any) -> None:
    """A file that is opened to be written where it is read: a kill on the way leaves it cut short.

    No step lies between such an opening and the end of what is written, so dying before it would
    never show that. What is written aside has a name, or lies in a folder, that begins with a dot.
    """
    if isinstance(path, str | bytes | os.PathLike):
        parts = Path(os.fsdecode(path)).parts
        if not any(part.startswith(".") for part in parts) and Path(*parts).is_file():
            os.truncate(path, 0)


class _Steps:
    """Counts what is done to files, and dies before one of them."""

    def __init__(self, die_at: int | None) -> None:
        self.die_at = die_at
        self.taken = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            flags = arguments[2]
            if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR):
                return
        elif event not in STEPS:
            return
        self.taken += 1
        if self.taken == self.die_at:
            if event == "open":
                _torn(arguments[0])
            os.kill(os.getpid(), signal.SIGKILL)


def _child(request: dict[str, Any], said: int) -> None:
    """The command, in a process of its own; its last words go into a pipe, which takes no disk."""
    from cpl_registry.edges.cli import main

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["cpl", *request["arguments"]]
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    steps = _Steps(request["die_at"])
    sys.addaudithook(steps)
    if request["most_bytes"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["most_bytes"],) * 2)
    if request["die_there"]:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    code: Any = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException as error:  # noqa: BLE001  # whatever it is, the parent must hear of it
        sys.stderr.write(f"Traceback: {error!r}")
    streams = (sys.stdout, sys.stderr)
    for stream in streams:
        stream.flush()
    texts = [stream.buffer.getvalue().decode() for stream in streams]
    os.write(said, json.dumps({"told": "".join(texts)[:5000], "steps": steps.taken}).encode())
    os._exit(code)


def serve() -> None:
    """Answers requests until there are no more."""
    for module in (
        "releasing",
        "signing",
        "checking",
        "importing",
        "acts",
        "answering",
        "new",
        "starting",
        "publishing",
    ):
        __import__(f"cpl_registry.edges.cli.{module}")
    __import__("git")
    # What is printed must not be printed a second time by a child.
    for line in sys.stdin:
        heard, said = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(heard)
            _child(json.loads(line), said)
        os.close(said)
        print(pid, flush=True)  # noqa: T201  # this is what it is for
        sys.stdin.readline()  # nobody takes the child's process id before its end was asked for
        with open(heard, "rb") as pipe:  # noqa: PTH123  # a descriptor
            raw = pipe.read()
        _, status = os.waitpid(pid, 0)
        words = json.loads(raw) if raw else {"told": "", "steps": 0}
        answer = {"code": os.waitstatus_to_exitcode(status), **words}
        print(json.dumps(answer), flush=True)  # noqa: T201  # as above


if __name__ == "__main__":
    serve()
