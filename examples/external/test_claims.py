"""One pytest a case of a results folder: `clarke verify --out results`, then `pytest`."""
import json
import os

import pytest

FOLDER = os.environ.get("CLARKE_RESULTS", "results")


def records():
    with open(os.path.join(FOLDER, "verdicts.jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize("record", records(), ids=lambda record: record["id"])
def test_case(record):
    assert not record["surprising"], f"{record['sentence']}; {record['replay']}"
