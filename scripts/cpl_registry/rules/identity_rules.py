"""2xx: which Device Model an entry is, where its file lies, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.records.device_model import KEY_FIELDS, Entry, entry_path
from cpl_registry.records.documents import DEVICES, REGULAR, Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register, Tree
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.likeness import whose
from cpl_registry.rules.rule import Scope, rule

_KEY = "Contract, section 2: the register on disk"
_LINK, _SUBMODULE, _EXECUTABLE = "120000", "160000", "100755"
_ORDINARY = "put an ordinary file in its place, or remove it"


@rule("CPL201", scope=Scope.TREE, source=_KEY)
def files_are_in_their_place(tree: Tree) -> Iterator[Problem]:
    """Every file of the register is one that the register knows, in its place.

    Why: a file that the tools skip in silence looks listed to a reader and is not.
    Fix: move the file to where it belongs, or remove it.
    """
    for file in tree.strays:
        if file.mode in {REGULAR, _EXECUTABLE} and file.path not in tree.documents:
            kind = "an entry" if file.path.startswith(DEVICES) else "a file of the register"
            yield Problem(
                path=file.path,
                message=f"not {kind}: {shown(file.path.rpartition('/')[2], 80)}",
                fix="entries are <code>-<model>-<hardware>-<firmware>.yaml in"
                " cpl/devices/<type>/<manufacturer>/; remove what is something else",
            )


@rule("CPL202", scope=Scope.TREE, source=_KEY)
def files_are_ordinary(tree: Tree) -> Iterator[Problem]:
    """Every file of the register is an ordinary file.

    Why: a link shows what lies elsewhere, a submodule what somebody else decides, and an
        executable bit has no meaning in a record.
    Fix: replace it by an ordinary file with mode 100644.
    """
    for file in tree.strays:
        if file.mode == _LINK:
            yield Problem(path=file.path, message="symbolic links are not allowed", fix=_ORDINARY)
        elif file.mode == _SUBMODULE:
            yield Problem(path=file.path, message="submodules are not allowed", fix=_ORDINARY)
        elif file.mode not in {_EXECUTABLE, REGULAR}:
            message = "neither pipes, sockets nor devices are allowed"
            yield Problem(path=file.path, message=message, fix="remove it")
        elif file.mode == _EXECUTABLE:
            yield Problem(
                path=file.path,
                message=f"file mode must be {REGULAR}, not {file.mode}",
                fix="git update-index --chmod=-x, and chmod -x the file",
            )


@rule("CPL203", scope=Scope.ENTRY, source=_KEY)
def path_follows_from_key(entry: Entry, register: Register) -> Iterator[Problem]:
    """An entry lies in the folder, and under the file name, that its key gives.

    Why: the key (device type, manufacturer identifier, model, hardware version and revision, and
        firmware version) says which Device Model this is. With one place for each key, the same
        Device Model twice is a conflict that Git shows, and anyone finds an entry without a search.
    Fix: where the file is new and its fields are right, rename it as the message says. Where the
        file name is right, correct the field: an entry that is in the register is never renamed.
    """
    if not entry.in_place:
        at, message = contradiction(entry)
        fix = f"rename a new file to {entry_path(entry.fields)}, or correct the field {at}"
        yield Problem(message=message, at=at, fix=fix)


def contradiction(entry: Entry) -> tuple[str, str]:
    """The first field that the path of an entry out of place contradicts, and how."""
    wanted = entry_path(entry.fields)
    if entry.path.lower() == wanted:
        return (
            "device_type",
            f"folders and file names are lower case: this file belongs at {wanted}",
        )
    parts, right = entry.path.split("/"), wanted.split("/")
    if len(parts) != len(right):
        return "device_type", f"this entry belongs in the folder {'/'.join(right[:-1])}/"
    for index, field in ((2, "device_type"), (3, "manufacturer")):
        if parts[index] != right[index]:
            said = f"the folder is {shown(parts[index])}"
            return field, f"{said}, but the field {field} says {right[index]}"
    name, right_name = parts[4].removesuffix(".yaml"), right[4].removesuffix(".yaml")
    says, must = name.split("-"), right_name.split("-")
    message = f"the file is named {shown(name, 80)}, but its fields give {right_name}"
    return _first_difference(says, must), message


def _first_difference(says: list[str], must: list[str]) -> str:
    """The first key field in which two file names differ."""
    if len(says) != len(must):
        return "manufacturer_identifier"
    fields = (KEY_FIELDS[1], KEY_FIELDS[2], KEY_FIELDS[3], KEY_FIELDS[5])
    for field, said, right in zip(fields, says, must, strict=True):
        if said != right:
            revision = field == "hardware_version" and said[:2] == right[:2]
            return "hardware_revision" if revision else field
    return "firmware_version"


@rule("CPL204", scope=Scope.ENTRY, source=_KEY, needs=(Kind.MANUFACTURERS,), likeness=whose)
def manufacturer_is_registered(entry: Entry, register: Register) -> Iterator[Problem]:
    """The manufacturer is one that the register knows.

    Why: a free text would spell one maker in many ways, and nobody could say who may submit.
    Fix: use a slug of cpl/reference/manufacturers.yaml; an administrator adds a new manufacturer.
    """
    if entry.manufacturer not in register.manufacturers:
        message = f"manufacturer {shown(entry.manufacturer)} is not registered"
        yield Problem(message=message, at="manufacturer", fix=_nearest(entry, register))


def _nearest(entry: Entry, register: Register) -> str:
    owner = register.by_code.get(entry.text("manufacturer_identifier"))
    if owner:
        return (
            f"code {entry.text('manufacturer_identifier')} belongs to {owner}: did you mean that?"
        )
    return (
        "use a slug of cpl/reference/manufacturers.yaml, or ask an administrator to add the maker"
    )


@rule("CPL205", scope=Scope.ENTRY, source=_KEY, needs=(Kind.MANUFACTURERS,), likeness=whose)
def code_belongs_to_manufacturer(entry: Entry, register: Register) -> Iterator[Problem]:
    """The manufacturer identifier is a Zigbee code registered to the manufacturer.

    Why: the code is what the device reports and what the DCC compares; another maker's code would
        list another maker's device.
    Fix: correct the identifier; where a maker has a further code, an administrator adds it.
    """
    code = entry.text("manufacturer_identifier")
    maker = register.manufacturers.get(entry.manufacturer)
    if maker is None or code in maker.zigbee_codes:
        return
    owner = register.by_code.get(code)
    whose = f"belongs to {owner}" if owner else "is registered to nobody"
    own = ", ".join(maker.zigbee_codes) or "none"
    yield Problem(
        message=f"code {code} {whose}",
        at="manufacturer_identifier",
        fix=f"the codes of {entry.manufacturer} are: {own}",
        follows_from=("manufacturer",),
    )


@rule("CPL206", scope=Scope.ENTRY, severity=Severity.WARNING, source="Zigbee manufacturer code list",
      needs=(Kind.MANUFACTURERS,), likeness=whose)  # fmt: skip
def name_agrees_with_code_list(entry: Entry, register: Register) -> Iterator[Problem]:
    """The manufacturer's name agrees with the name in the Zigbee list of codes.

    Why: a different name may be a slip, or a maker that uses another's code, as real hubs do.
    Fix: check the code; where it is right, nothing needs to be done.
    """
    code = entry.text("manufacturer_identifier")
    listed = register.zigbee_codes.get(code)
    maker = register.manufacturers.get(entry.manufacturer)
    if listed and maker and not _akin(listed, f"{maker.slug} {maker.name}"):
        message = (
            f"the Zigbee list names code {code} {shown(listed)}, the register {shown(maker.name)}"
        )
        yield Problem(message=message, at="manufacturer_identifier", fix="check the code")


def _akin(listed: str, ours: str) -> bool:
    """Whether two names share a word that means something."""
    plain = "".join(c if c.isalnum() else " " for c in ours.lower()).split()
    words = {word for word in listed.lower().split("_") if len(word) > 2}
    return bool(words & set(plain)) or listed.lower().replace("_", "") in "".join(plain)


@rule("CPL207", scope=Scope.ENTRY, source="DUIS V5.4, ESMEVariant", likeness=whose)
def variant_is_of_an_esme(entry: Entry, register: Register) -> Iterator[Problem]:
    """Only an ESME has a variant.

    Why: the variant letters tell electricity meters apart; on another device they say nothing.
    Fix: remove esme_variant, or correct the device type.
    """
    if "esme_variant" in entry.fields and entry.device_type != "ESME":
        message = f"esme_variant belongs to an ESME, not to a {entry.device_type}"
        yield Problem(
            message=message,
            at="esme_variant",
            on_key=True,
            fix="remove the field",
            follows_from=("device_type",),
        )


RULES = (
    files_are_in_their_place,
    files_are_ordinary,
    path_follows_from_key,
    manufacturer_is_registered,
    code_belongs_to_manufacturer,
    name_agrees_with_code_list,
    variant_is_of_an_esme,
)
