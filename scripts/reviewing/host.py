"""The host of the repository, as far as a comment needs it: ask, fetch, say. Standard library only."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_SECONDS = 30
_MOST_ANSWER = 16 * 1024 * 1024
_A_PAGE = 100


class HostFailed(Exception):
    """The host said no, or something that is not understood. `status` is 0 where it said nothing."""

    def __init__(self, what: str, status: int = 0) -> None:
        super().__init__(what)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Host:
    """A repository at its host.

    `api` is the address of the host's interface, `repository` is `owner/name`. The token is sent
    to the interface alone, and never on to an address that it answers with.
    """

    api: str
    repository: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        """The token goes over an encrypted line, or stays on this machine.

        Raises:
            HostFailed: the address is another one, or the repository no `owner/name`.
        """
        if not re.match(r"https://|http://127\.0\.0\.1:[0-9]+\Z", self.api):
            raise HostFailed("the address of the host is not one of https")
        if not re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", self.repository, re.ASCII):
            raise HostFailed("the repository is not given as owner/name")

    def get(self, path: str) -> Any:
        """The data at a path of the repository, for example `pulls/7`."""
        return self._data(self._sent("GET", path, None, _MOST_ANSWER))

    def pages(self, path: str, most: int) -> Iterator[Any]:
        """The items of a list, page after page, at most so many pages."""
        for page in range(1, most + 1):
            items = self.get(f"{path}?per_page={_A_PAGE}&page={page}")
            if not isinstance(items, list):
                raise HostFailed(f"{path}: no list was answered")
            yield from items
            if len(items) < _A_PAGE:
                return

    def fetch(self, path: str, most: int) -> bytes:
        """The bytes at a path, wherever the host sends the asker; not more than so many."""
        return self._sent("GET", path, None, most)

    def say(self, method: str, path: str, data: dict[str, str]) -> None:
        """Sends data; POST makes something, PATCH changes it."""
        self._sent(method, path, json.dumps(data).encode(), _MOST_ANSWER)

    def _sent(self, method: str, path: str, body: bytes | None, most: int) -> bytes:
        request = urllib.request.Request(  # noqa: S310  # the scheme was judged above
            f"{self.api}/repos/{self.repository}/{path}", data=body, method=method
        )
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("User-Agent", "cpl-review")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310  # as above
                raw: bytes = answer.read(most + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise HostFailed(f"{path}: the host answered {error.code}", error.code) from error
        except (OSError, http.client.HTTPException) as error:
            raise HostFailed(f"{path}: the host cannot be reached") from error
        if len(raw) > most:
            raise HostFailed(f"{path}: the answer is too large")
        return raw

    @staticmethod
    def _data(raw: bytes) -> Any:
        try:
            return json.loads(raw)
        except ValueError as error:
            raise HostFailed("the host answered something that is no JSON") from error
