"""Folders served on loopback as the usual hosts of static sites do: gzip for text, connections kept."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.loopback import listening

_LEVEL = 6
_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/xml")


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # the head and the body of an answer leave together

    def __init__(self, *arguments: Any, packed: dict[Path, bytes], **more: Any) -> None:
        self._packed = packed
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:  # the base class's name
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        kind = self.guess_type(path)
        body = self._packed.get(path) or path.read_bytes()
        packed = path in self._packed
        if not packed and kind.startswith(_TEXT):
            body = self._packed[path] = gzip.compress(body, _LEVEL, mtime=0)
            packed = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if packed else kind)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; yields its address, without a slash at the end."""
    packed: dict[Path, bytes] = {}
    with listening(partial(_Handler, directory=str(folder), packed=packed)) as address:
        yield address
