"""One pytest a case of a results folder: `clarke verify --out results`, then `pytest`."""
import json
import os

import pytest

FOLDER = os.environ.get("CLARKE_RESULTS", "results")
VERDICTS = os.path.join(FOLDER, "verdicts.jsonl")
if not os.path.exists(VERDICTS):
    pytest.exit(f"there is no {VERDICTS}: run clarke verify --out {FOLDER}", returncode=4)
with open(VERDICTS, encoding="utf-8") as lines:
    RECORDS = [json.loads(line) for line in lines]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_case(record):
    why = f"{record['sentence']}; {record['replay']}"
    assert not record["surprising"], why
    if record["verdict"] not in record["expected"]:
        pytest.skip(why)  # nothing was decided where a judgement was expected
