"""A new register: the reference data that come with the tools, and no entry."""

from __future__ import annotations

from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.installation import HOME
from cpl_registry.edges.writer import replaced_folder, write_artefacts
from cpl_registry.outputs.artefact import Artefact

# Facts of the industry are taken along; who is who is for the new register to say.
_TAKEN = (
    "cpl/reference/specifications.yaml",
    "cpl/reference/device-types.yaml",
    "cpl/reference/zigbee-manufacturer-codes.csv",
    "cpl/reference/bank-holidays.csv",
    "cpl/reference/incident-severities.yaml",
    "cpl/dcc/extract-profile.yaml",
    "cpl/dcc/dsp-profile.yaml",
    "cpl/dcc/delivery-policy.yaml",
)
_EMPTY = {
    "cpl/reference/manufacturers.yaml": "{}\n",
    "cpl/reference/administrators.yaml": "[]\n",
    "cpl/reference/waivers.yaml": "[]\n",
    "cpl/dcc/keys.yaml": "[]\n",
}


def start(folder: Path) -> None:
    """Writes an empty register into a folder that is missing or empty.

    Raises:
        CannotJudge: the folder holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotJudge(f"{folder} is not empty: name a folder that is missing or empty")
    taken = [Artefact(path=path, content=(HOME / path).read_bytes()) for path in _TAKEN]
    empty = [Artefact(path=path, content=text.encode()) for path, text in _EMPTY.items()]
    with replaced_folder(folder) as new:
        write_artefacts(new, [*taken, *empty])
        (new / "cpl/devices").mkdir()
