"""Submissions whose trees are hostile: written object by object, as no Git command would write them.

Links, submodules, modes that Git never gives, names that no file system takes, one name twice, objects
that are not there: the review ends in a verdict or in a clear refusal, and accepts none of it.
"""

import hashlib
import random
import re
import shutil
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_trees import tree_files
from cpl_registry.edges.reviewing import review
from cpl_registry.outputs.review import Review
from cpl_registry.outputs.review_document import as_json, as_markdown, as_text
from cpl_registry.records.device_model import Entry
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.findings import Severity

from tests import fuzzing
from tests.clones import new_clone
from tests.fuzz_files import ON, REFUSED
from tests.registers import GBCS_1_1, files_of
from tests.rehearsals import Signer

ACCEPTED, TO_MEND = "acceptable", "to mend"
PLACE = re.compile(
    rb"cpl/devices/[a-z]+/[a-z0-9-]+/[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}\.yaml"
)
MODES = (
    *(b"100755", b"120000", b"160000", b"100664", b"100600", b"40000", b"040000", b"777", b"644"),
    *(b"0100644", b"170000", b"010000", b"100644"),
)
NAMES = (
    *(b"..", b".", b".git", b".gitattributes", b".gitmodules", b"a/b", b"/", b"a\nb", b'a"b', b"a\tb"),
    *(b"\xff\xfe", b"e\xcc\x81.yaml", b"\xc3\xa9.yaml", b"CON", b"a ", b"a.", b"-rf", b"\x1b[31mred"),
    *(b"\xe2\x80\xaeyaml.x", b"x" * 300, b"x" * 5000, b"cpl", b"CPL", b"%0A", b"${HOME}", b"README.md"),
)  # fmt: skip
CONTENTS = (
    b"",
    b"/etc/passwd",
    b"../../../..",
    b"\0",
    b"* filter=x",
    b"a" * 20_000,
    bytes(2_000_000),
)


@dataclass
class Node:
    """A folder: its entries in the order in which they are written, of any mode and name."""

    entries: list[tuple[bytes, bytes, "Node | bytes | str"]] = field(default_factory=list)
    """Mode, name, and a folder, the bytes of a file, or the id of something that is not written."""

    def folders(self) -> Iterator["Node"]:
        """This one, and every folder below."""
        yield self
        for _, _, what in self.entries:
            if isinstance(what, Node):
                yield from what.folders()

    def files(self, above: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Path and mode of everything that is no folder."""
        for mode, name, what in self.entries:
            if isinstance(what, Node):
                yield from what.files(above + name + b"/")
            else:
                yield above + name, mode


def tree_of(files: dict[str, bytes]) -> Node:
    """The tree of files, as Git would write it."""
    top: dict[str, object] = {}
    for path, raw in files.items():
        *folders, name = path.split("/")
        here = top
        for folder in folders:
            here = here.setdefault(folder, {})  # type: ignore[assignment]
        here[name] = raw
    return _node(top)


def _node(folder: dict[str, object]) -> Node:
    def order(name: str) -> str:
        return f"{name}/" if isinstance(folder[name], dict) else name

    return Node(
        [
            (b"40000", name.encode(), _node(what))
            if isinstance(what := folder[name], dict)
            else (b"100644", name.encode(), what)  # type: ignore[misc]
            for name in sorted(folder, key=order)
        ]
    )


@dataclass(frozen=True)
class Objects:
    """A repository, as objects that are written one by one."""

    root: Path
    base: str
    written: set[str] = field(default_factory=set)

    def write(self, kind: bytes, raw: bytes) -> str:
        """An object; its id."""
        whole = b"%b %d\0%b" % (kind, len(raw), raw)
        name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        if name not in self.written:
            path = self.root / ".git/objects" / name[:2] / name[2:]
            path.parent.mkdir(exist_ok=True)
            if not path.exists():
                path.write_bytes(zlib.compress(whole, 1))
            self.written.add(name)
        return name

    def tree(self, node: Node) -> str:
        """A tree with everything below."""
        parts = []
        for mode, name, what in node.entries:
            if isinstance(what, Node):
                one = self.tree(what)
            else:
                one = what if isinstance(what, str) else self.write(b"blob", what)
            parts.append(mode + b" " + name + b"\0" + bytes.fromhex(one))
        return self.write(b"tree", b"".join(parts))

    def commit(self, node: Node) -> str:
        """A commit that goes on from the base."""
        person = b"A <a@localhost> 1780000000 +0000"
        told = (self.tree(node).encode(), self.base.encode(), person, person)
        return self.write(b"commit", b"tree %b\nparent %b\nauthor %b\ncommitter %b\n\nA\n" % told)


@cache
def repository() -> Objects:
    """The base: a register without a fault."""
    folder = Path(tempfile.mkdtemp(prefix="cpl-trees-"))
    nobody = Signer(key=folder, certificate=folder)
    shutil.rmtree(folder)
    clone = new_clone(folder, GBCS_1_1, nobody)
    return Objects(root=folder, base=clone.git("rev-parse", "HEAD").strip())


def base_files() -> dict[str, bytes]:
    """What the base holds."""
    ignored = (repository().root / ".gitignore").read_bytes()
    register = {path: text.encode() for path, text in files_of(GBCS_1_1).items()}
    return {".gitignore": ignored, **register}


def spoilt(chance: random.Random) -> Node:
    """The base's tree with some things done to it."""
    top = tree_of(base_files())
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        folders = [one for one in top.folders() if one.entries]
        _something(chance.choice(folders), chance)
    if chance.random() < 0.7:  # in the order that Git wants, else most would end at the door
        for one in top.folders():
            one.entries.sort(key=lambda entry: entry[1] + b"/" * isinstance(entry[2], Node))
    return top


def _something(folder: Node, chance: random.Random) -> None:
    chance.choice((_of_another_mode, _of_another_name, _gone, _twice, _new, _elsewhere, _deep, _shuffled, _other_text, _other_text))(folder, chance)  # fmt: skip


def _of_another_mode(folder: Node, chance: random.Random) -> None:
    at = chance.randrange(len(folder.entries))
    _, name, what = folder.entries[at]
    folder.entries[at] = (chance.choice(MODES), name, what)


def _of_another_name(folder: Node, chance: random.Random) -> None:
    at = chance.randrange(len(folder.entries))
    mode, name, what = folder.entries[at]
    folder.entries[at] = (mode, chance.choice((*NAMES, name.upper(), name + b" ")), what)


def _gone(folder: Node, chance: random.Random) -> None:
    del folder.entries[chance.randrange(len(folder.entries))]


def _twice(folder: Node, chance: random.Random) -> None:
    """The same once more, or under a name that differs in nothing but its case."""
    mode, name, what = chance.choice(folder.entries)
    twin = (mode, chance.choice((name, name.upper(), name.title())), what)
    folder.entries.insert(chance.randint(0, len(folder.entries)), twin)


def _new(folder: Node, chance: random.Random) -> None:
    new = (chance.choice((*MODES, b"100644")), chance.choice(NAMES), chance.choice(CONTENTS))
    folder.entries.insert(chance.randint(0, len(folder.entries)), new)


def _elsewhere(folder: Node, chance: random.Random) -> None:
    """What an entry names is not there."""
    at = chance.randrange(len(folder.entries))
    mode, name, _ = folder.entries[at]
    folder.entries[at] = (mode, name, chance.choice(("0" * 40, "ab" * 20)))


def _deep(folder: Node, chance: random.Random) -> None:
    deep = Node([(b"100644", b"x.yaml", b"a: b\n")])
    for _ in range(chance.choice((1, 3, 100))):
        deep = Node([(b"40000", chance.choice((b"a", b"esme", b"devices")), deep)])
    folder.entries.append((b"40000", b"deeper", deep))


def _shuffled(folder: Node, chance: random.Random) -> None:
    chance.shuffle(folder.entries)


def _other_text(folder: Node, chance: random.Random) -> None:
    at = chance.randrange(len(folder.entries))
    mode, name, what = folder.entries[at]
    if isinstance(what, bytes):
        text = chance.choice(fuzzing.WAYS)(what.decode("utf-8", "surrogateescape"), chance)
        folder.entries[at] = (mode, name, text.encode("utf-8", "surrogatepass"))


def judge(node: Node) -> str:
    """What the review says of a tree; whatever is odd in it must not pass."""
    objects = repository()
    head = objects.commit(node)
    try:
        made = review(objects.root, objects.base, head, "github:20000001", ON)
    except CannotJudge as error:
        refusal = str(error)
    else:
        return _holds(made, node)
    assert refusal.isprintable()
    return REFUSED


def _holds(made: Review, node: Node) -> str:
    for text in (as_text(made), as_markdown(made), as_json(made)):
        assert all(line.isprintable() for line in text.split("\n"))
    if any(one.severity is Severity.ERROR for one in made.findings):
        return TO_MEND
    ours = [(path, mode) for path, mode in node.files() if path.startswith(b"cpl/")]
    # Git knows one bit of an ordinary file's mode, and reads any other mode as the nearest it has.
    assert not [mode for _, mode in ours if int(mode, 8) & 0o170100 != 0o100000]
    assert all(PLACE.fullmatch(path) for path, _ in ours if path.startswith(b"cpl/devices/"))
    names = Counter(path.decode().casefold() for path, _ in ours)
    assert not [name for name, number in names.items() if number > 1]
    _nothing_is_lost(made)
    return ACCEPTED


def _nothing_is_lost(made: Review) -> None:
    """Every entry is where it was, with its key and its whole history: what came is told behind it."""
    before, after = (_entries(commit) for commit in (made.base, made.head))
    assert before.keys() <= after.keys()
    for path, entry in before.items():
        assert after[path].entry_id == entry.entry_id
        assert after[path].history[: len(entry.history)] == entry.history


def _entries(commit: str) -> dict[str, Entry]:
    return {
        file.path: parse_entry(file.path, yaml.BaseLoader(file.raw.decode()).get_single_data())
        for file in tree_files(repository().root, commit)
        if file.path.startswith("cpl/devices/")
    }


def run(inputs: int, seed: int) -> fuzzing.Tally:
    """Judges so many trees; the same seed gives the same ones."""
    chance = random.Random(f"trees {seed}")  # noqa: S311  # must be the same again
    tally = fuzzing.Tally()
    assert judge(tree_of(base_files())) == ACCEPTED
    for number in range(inputs):
        node = spoilt(chance)
        with tally.timed(repr(node)[:100_000].encode()):
            try:
                outcome = judge(node)
            except Exception as error:
                changed = set(node.files()) ^ set(tree_of(base_files()).files())
                error.add_note(f"tree {number} of seed {seed}: {sorted(changed)!r:.3000}")
                raise
        tally.outcomes[outcome] += 1
    return tally
