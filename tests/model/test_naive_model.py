"""The naive model is believed because it agrees with every executable case of the rules."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from tests.model.naive import NaiveModel


def test_the_naive_model_agrees_with_the_case(case_file: Path) -> None:
    """
    Every step of the case holds, told by the number of the step.
    """
    case = json.loads(case_file.read_text(encoding="utf-8"))
    model = NaiveModel(case.get("rules", "current"))
    assert [(number, *_differences(model, step)) for number, step in enumerate(case["steps"])] == [
        (number,) for number in range(len(case["steps"]))
    ]


def _differences(model: NaiveModel, step: dict[str, Any]) -> list[Any]:
    found: Any
    expected: Any
    match step:
        case {"do": command}:
            found, expected = model.do(command), step.get("refused")
        case {"list": name, "reseller": reseller, "on": on, "is": ids}:
            assert len(ids) == len(set(ids))
            found, expected = (
                model.list(name, reseller, date.fromisoformat(on), step.get("managed_by")),
                set(ids),
            )
        case {"row": vip_id, "on": on, "is": expected}:
            row = model.row(vip_id, date.fromisoformat(on))
            found = {name: row[name] for name in expected}
        case {"licenses": vip_id, "is": expected}:
            found = model.licenses(vip_id)
        case _:
            found, expected = step, "a step of a known kind"
    return [] if found == expected else [found, expected]
