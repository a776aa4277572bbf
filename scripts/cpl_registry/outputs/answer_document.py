"""The file of an answer: what goes into `cpl/dcc/acknowledgements/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cpl_registry.records.answer_file import Answer
from cpl_registry.records.delivery import moment_text

if TYPE_CHECKING:
    from cpl_registry.records.yaml_text import Data


def answer_document(answer: Answer, number: int, sha256: str) -> dict[str, Data]:
    """The data of an answer's file: `number` is 1 for the first answer to a delivery."""
    results: list[Data] = []
    for result in answer.results:
        line: dict[str, Data] = {"entry_id": result.entry_id}
        if result.logical_device is not None:
            line["logical_device"] = result.logical_device
        line["result"] = "loaded" if result.loaded else "rejected"
        if result.reason:
            line["reason"] = result.reason
        line["at"] = moment_text(result.at)
        results.append(line)
    return {"serial": answer.serial, "answer": str(number), "sha256": sha256, "results": results}
