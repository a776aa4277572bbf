"""A file that is no YAML is told in plain words: each way of going wrong, by a file that goes it."""

import pytest
import yaml
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.yaml_words import PLAIN
from yaml.cyaml import CParser  # type: ignore[attr-defined]

SLIPS = {
    "mapping values are not allowed in this context": "name: one: two\n",
    "mapping keys are not allowed in this context": "name: ? one\n",
    "could not find expected ':'": "name: one\ntwo\n",
    "did not find expected key": "name: 'one' two\n",
    "did not find expected comment or line break": "name: |one\n",
    "did not find expected '-' indicator": "- one\ntwo: three\n",
    "did not find expected <document start>": "[one]\ntwo\n",
    "did not find expected ',' or ']'": "name: [one\nother: two\n",
    "did not find expected ',' or '}'": "name: {one: two three: four\n",
    "did not find expected node content": "name: ,one\n",
    "block sequence entries are not allowed in this context": "name: - one\n",
    "found unexpected end of stream": "name: 'one\n",
    "found character that cannot start any token": "name: @one\n",
    "found unknown escape character": 'name: "\\one"\n',
}


def parsers_own(text: str) -> str:
    parser = CParser(text)
    try:
        while parser.check_event():
            parser.get_event()
    except yaml.MarkedYAMLError as error:
        return str(error.problem)
    return "nothing"


@pytest.mark.parametrize("slip", PLAIN)
def test_each_slip_is_told_in_plain_words(slip: str) -> None:
    text = SLIPS[slip]
    assert parsers_own(text) == slip, "the parser calls it otherwise"
    document = Document("cpl/devices/esme/a/b.yaml", Kind.ENTRY, text.encode())
    (refused,) = document.refused
    assert refused.problem.message == f"the file cannot be read as YAML: {PLAIN[slip]}"
    assert refused.problem.span is not None
    for word in ("token", "scalar", "node", "mapping values", "indicator", "stream"):
        assert word not in refused.problem.message


def test_every_slip_has_words() -> None:
    assert set(SLIPS) == set(PLAIN)
