"""What the finder fetches: a list for each column, words that repeat told once, in one file or in shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cpl_registry.outputs.api_envelope import FOLDER, envelope
from cpl_registry.outputs.artefact import Artefact, compact_bytes
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.finder_data import FACETS, Found, found, options
from cpl_registry.state.publication import PublishedState

IN_A_SHARD = 5_000
"""So many entries are some 50 kB on their way, compressed: no question waits long for one."""
_EPOCH = date(1970, 1, 1)


def finder_files(state: PublishedState) -> Iterator[Artefact]:
    """`site/api/v1/finder.json`; where entries have no pages of their own, `finder/<number>.json` too."""
    listing = Listing(state=state)
    if state.entry_pages:
        yield Artefact(path=f"{FOLDER}/finder.json", content=finder_json(listing))
        return
    entries = found(listing)
    shards = [entries[at : at + IN_A_SHARD] for at in range(0, len(entries), IN_A_SHARD)]
    yield Artefact(path=f"{FOLDER}/finder.json", content=_index(entries, shards, state))
    for number, some in enumerate(shards, start=1):
        content = compact_bytes(_answer(some, state))
        yield Artefact(path=f"{FOLDER}/finder/{number}.json", content=content)


def finder_json(listing: Listing) -> bytes:
    """The columns of all entries, in entry id order; days count from 1 January 1970, 0 is none."""
    return compact_bytes(_answer(found(listing), listing.state))


def _index(
    entries: Sequence[Found], shards: Sequence[Sequence[Found]], state: PublishedState
) -> bytes:
    """The shards, and how many entries of each have which word: what a question need not fetch."""
    words = {facet: [word for word, _ in given] for facet, given in options(entries).items()}
    told = []
    for number, some in enumerate(shards, start=1):
        counts = {facet: Counter(one.word(facet) for one in some) for facet in FACETS}
        told.append(
            {
                "path": f"api/v1/finder/{number}.json",
                "total": len(some),
                "counts": {
                    facet: [counts[facet][word] for word in words[facet]] for facet in FACETS
                },
            }
        )
    answer = _answer((), state) | {"total": len(entries), "complete": False, "shards": told}
    answer["words"] |= words
    return compact_bytes(answer)


def _answer(entries: Sequence[Found], state: PublishedState) -> dict[str, Any]:
    words: dict[str, list[str]] = {
        facet: [word for word, _ in given] for facet, given in options(entries).items()
    }
    columns: dict[str, list[int] | list[str]] = {
        facet: _places(words[facet], [one.word(facet) for one in entries]) for facet in FACETS
    }
    texts: Mapping[str, Callable[[Found], str]] = {
        "code": lambda one: one.row.code,
        "name": lambda one: one.row.name,
        "answer": lambda one: one.row.word,
    }
    for name, text in texts.items():
        given = [text(one) for one in entries]
        words[name] = sorted(set(given))
        columns[name] = _places(words[name], given)
    rows = {one.row.word: one.row for one in entries}
    return envelope(
        state,
        total=len(entries),
        complete=True,
        shards=[],
        facets=FACETS,
        words={
            **words,
            "tone": [rows[word].tone for word in words["answer"]],
            "install": [rows[word].install for word in words["answer"]],
        },
        columns={
            **columns,
            "model": [one.row.model for one in entries],
            "hardware": [one.hardware for one in entries],
            "firmware": [one.row.firmware for one in entries],
            "end": [(one.end - _EPOCH).days if one.end else 0 for one in entries],
            "renewal": [int(one.renewal) for one in entries],
        },
    )


def _places(words: Sequence[str], given: Sequence[str]) -> list[int]:
    place = {word: index for index, word in enumerate(words)}
    return [place[word] for word in given]
