"""What is published: the state of the register on a day, as bytes.

Each output is a pure function of the published state. A new one is a module and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.check_files import check_files
from cpl_registry.outputs.dcc_files import dcc_artefacts
from cpl_registry.outputs.finder_data import finder_files
from cpl_registry.outputs.json_api import api_files
from cpl_registry.outputs.offline_finder import offline_files
from cpl_registry.outputs.register_csv import data_files
from cpl_registry.state.publication import PublishedState

OUTPUTS: tuple[Callable[[PublishedState], Iterable[Artefact]], ...] = (
    dcc_artefacts,
    data_files,
    offline_files,
    api_files,
    check_files,
    finder_files,
)
"""Everything but the pages, in the order of their making."""
