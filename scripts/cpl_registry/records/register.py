"""A register: every file of `cpl/`, read. What could not be read is absent here and named apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from cpl_registry.records.delivery import (
    Acknowledgement,
    DeliveryFile,
    parse_acknowledgement,
    parse_delivery,
)
from cpl_registry.records.device_model import Entry, EntryId, Slug, id_of_path
from cpl_registry.records.documents import TABLES, Document, Kind, TreeFile, kind_of
from cpl_registry.records.dsp_profile import (
    DspProfile,
    PolicyStep,
    Reaction,
    Scope,
    parse_delivery_policy,
    parse_dsp_profile,
)
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.extract_profile import (
    DEFAULT_PROFILE,
    ExtractProfile,
    parse_extract_profile,
)
from cpl_registry.records.incident import parse_severities
from cpl_registry.records.licence import Licence, parse_licence
from cpl_registry.records.manufacturers import (
    AccountId,
    Manufacturer,
    parse_manufacturers,
    parse_zigbee_codes,
)
from cpl_registry.records.oversight import (
    PANEL,
    Calendar,
    Oversight,
    oversight_of,
    parse_calendar,
)
from cpl_registry.records.signing_keys import SigningKey, parse_signing_keys
from cpl_registry.records.specifications import (
    DeviceType,
    SpecificationBook,
    parse_device_types,
    parse_specifications,
)
from cpl_registry.records.tables import table_of
from cpl_registry.records.waivers import Waiver, parse_waivers
from cpl_registry.records.yaml_text import Data

ROOT = "cpl/"
_CODES = "cpl/reference/zigbee-manufacturer-codes.csv"
NO_DSP = DspProfile(
    rejects=Scope.FILE,
    loads="full",
    unchanged_row=Reaction.UNKNOWN,
    changed_row=Reaction.UNKNOWN,
    steps=(),
)


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The files under `cpl/`, sorted into documents, tables and what belongs nowhere."""

    documents: Mapping[str, Document]
    tables: Mapping[str, bytes]
    strays: tuple[TreeFile, ...]


@dataclass(frozen=True, kw_only=True)
class Register:
    """Everything that the files say, by kind. Paths are relative to the register's root.

    `panel` are the names of all files under `cpl/panel/`, `campaigns` those of campaigns,
    `decisions` those of published decisions; `oversight` is what those files say. `unread` names the kinds of reference file that are missing or broken, `missing` the former:
    what depends on them cannot be judged. `entries` are in entry id order; two files of one key are
    both here. `entry_paths` are the paths of all entry files, whether they could be read or not.
    """

    entries: tuple[Entry, ...] = ()
    manufacturers: Mapping[Slug, Manufacturer] = field(default_factory=dict)
    administrators: frozenset[AccountId] = frozenset()
    specifications: SpecificationBook = field(
        default_factory=lambda: SpecificationBook(families={})
    )
    device_types: Mapping[str, DeviceType] = field(default_factory=dict)
    zigbee_codes: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    dsp: DspProfile = NO_DSP
    policy: tuple[PolicyStep, ...] = ()
    extract_profile: ExtractProfile = DEFAULT_PROFILE
    deliveries: tuple[DeliveryFile, ...] = ()
    acknowledgements: tuple[Acknowledgement, ...] = ()
    keys: tuple[SigningKey, ...] = ()
    panel: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    oversight: Oversight = field(default_factory=Oversight)
    licence: Licence | None = None
    entry_paths: tuple[str, ...] = ()
    unread: frozenset[Kind] = frozenset()
    missing: frozenset[Kind] = frozenset()

    @cached_property
    def by_id(self) -> Mapping[EntryId, Entry]:
        """The entries by their id; the first file of a key told twice."""
        found: dict[EntryId, Entry] = {}
        for entry in self.entries:
            found.setdefault(entry.entry_id, entry)
        return found

    @cached_property
    def worked_out(self) -> dict[str, Any]:
        """Room for what follows from the register, is dear, and is asked for more than once."""
        return {}

    @cached_property
    def citing(self) -> tuple[Entry, ...]:
        """The entries whose history names a decision or another reference: most name none."""
        return tuple(
            entry for entry in self.by_id.values() if any(line.reference for line in entry.history)
        )

    def has(self, entry_id: EntryId) -> bool:
        """Whether an entry is there, by its key or by the path of a file that is at odds with it."""
        return entry_id in self.by_id or entry_id in self._ids_of_paths

    @cached_property
    def _ids_of_paths(self) -> frozenset[EntryId | None]:
        return frozenset(map(id_of_path, self.entry_paths))

    @cached_property
    def by_code(self) -> Mapping[str, Slug]:
        """The manufacturer to which a Zigbee code belongs."""
        return {
            code: maker.slug for maker in self.manufacturers.values() for code in maker.zigbee_codes
        }


REQUIRED = (Kind.MANUFACTURERS, Kind.SPECIFICATIONS, Kind.DEVICE_TYPES, Kind.DSP_PROFILE)
"""The kinds of reference file without which no entry can be judged."""


def sort_files(files: Iterable[TreeFile]) -> Tree:
    """The files of a tree by what they are. Only ordinary files are read."""
    documents: dict[str, Document] = {}
    tables: dict[str, bytes] = {}
    strays: list[TreeFile] = []
    for file in sorted(files, key=lambda one: one.path):
        kind = kind_of(file.path)
        unread = file.mode not in {"100644", "100755"}
        if unread or (kind is None and file.path not in TABLES):
            strays.append(file)
        elif kind is None:
            tables[file.path] = file.raw
        elif kind is Kind.ENTRY and not file.path.endswith(".yaml"):
            strays.append(file)
        else:
            documents[file.path] = Document(file.path, kind, file.raw)
            if file.mode != "100644":
                strays.append(file)
    return Tree(documents=documents, tables=tables, strays=tuple(strays))


def assemble(tree: Tree, shaped: Collection[str]) -> Register:
    """The register that the documents at some paths make: those whose shape was found right."""
    single: dict[Kind, Any] = {}
    entries: list[Entry] = []
    panel: set[str] = set()
    campaigns: set[str] = set()
    decisions: set[str] = set()
    told: list[Any] = []
    deliveries: list[DeliveryFile] = []
    answers: list[Acknowledgement] = []
    for path, document in tree.documents.items():
        name = path.rpartition("/")[2].removesuffix(".yaml")
        if path.startswith("cpl/panel/"):
            panel.add(name)
            if document.kind is Kind.CAMPAIGN:
                campaigns.add(name)
        if path not in shaped:
            continue
        if document.kind is Kind.ENTRY:
            entries.append(parse_entry(path, cast("Data", document.data)))
            document.let_go()
        elif document.kind is Kind.DELIVERY:
            deliveries.append(parse_delivery(cast("Any", document.data), document.digest))
        elif document.kind is Kind.ACKNOWLEDGEMENT:
            answers.append(parse_acknowledgement(cast("Any", document.data)))
        elif path.startswith("cpl/panel/"):
            told.append(PANEL[document.kind](path, cast("Any", document.data)))
            if document.kind is Kind.DECISION and told[-1].published:
                decisions.add(name)
        else:
            single[document.kind] = document.data
    broken = {document.kind for path, document in tree.documents.items() if path not in shaped}
    missing = {kind for kind in REQUIRED if kind not in single} - broken
    profile = single.get(Kind.DSP_PROFILE)
    layout = single.get(Kind.EXTRACT_PROFILE)
    codes = tree.tables.get(_CODES, b"")
    return Register(
        entries=tuple(sorted(entries, key=lambda entry: (entry.entry_id, entry.path))),
        manufacturers=parse_manufacturers(single.get(Kind.MANUFACTURERS, {})),
        administrators=frozenset(single.get(Kind.ADMINISTRATORS, ())),
        specifications=parse_specifications(single.get(Kind.SPECIFICATIONS, {})),
        device_types=parse_device_types(single.get(Kind.DEVICE_TYPES, {})),
        zigbee_codes=parse_zigbee_codes(table_of(_CODES, codes)),
        waivers=parse_waivers(single.get(Kind.WAIVERS, ())),
        dsp=parse_dsp_profile(profile) if profile is not None else NO_DSP,
        policy=parse_delivery_policy(single.get(Kind.DELIVERY_POLICY, ())),
        extract_profile=parse_extract_profile(layout) if layout is not None else DEFAULT_PROFILE,
        deliveries=tuple(sorted(deliveries, key=lambda one: one.serial)),
        acknowledgements=tuple(sorted(answers, key=lambda one: (one.serial, one.answer))),
        keys=parse_signing_keys(single.get(Kind.KEYS, ())),
        panel=frozenset(panel),
        campaigns=frozenset(campaigns),
        decisions=frozenset(decisions),
        oversight=oversight_of(
            told,
            parse_severities(single.get(Kind.SEVERITIES, ())),
            parse_calendar(single[Kind.CALENDAR]) if Kind.CALENDAR in single else Calendar(),
        ),
        licence=parse_licence(single[Kind.LICENCE]) if Kind.LICENCE in single else None,
        entry_paths=tuple(p for p, one in tree.documents.items() if one.kind is Kind.ENTRY),
        unread=frozenset((broken | missing) - {Kind.ENTRY}),
        missing=frozenset(missing),
    )
