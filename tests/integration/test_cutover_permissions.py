"""The policy that the runbook gives an operator: what a cutover calls, and no more."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from integration.cutover_rehearsed import INTERVAL, Watchdesk, once_at
from mocshelf_tools.cutover import decommission, going_back, operating, reporting
from mocshelf_tools.cutover.state import Plan

pytest_plugins = ["integration.cutover_fixtures"]
RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "cutover.md"
SERVICES = ("route53", "ssm", "cloudwatch")


def granted() -> list[dict[str, Any]]:
    found = re.search(r"```json\n(.*?)```", RUNBOOK.read_text(), re.DOTALL)
    assert found is not None
    statements: list[dict[str, Any]] = json.loads(found[1])["Statement"]
    return statements


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def called(desk: Watchdesk) -> set[str]:
    """As IAM names them; what boto3 calls a service is what IAM calls it, for these."""
    known = {service: desk.client(service).meta.service_model.operation_names for service in SERVICES}
    return {f"{service}:{call}" for call in desk.calls for service, names in known.items() if call in names}


def test_the_runbooks_policy_is_what_all_commands_call(make: Any) -> None:
    stage = make(blue_metrics="api:blue", green_metrics="api:green", plan=Plan(soak=4 * INTERVAL, pending=5))
    desk = stage.desk()

    def everything() -> None:
        operating.wish(desk, "pause")
        operating.wish(desk, "resume")
        reporting.report(desk)
        going_back.preview(desk, stage.settings)

    operating.preview(desk, stage.settings, lambda _: None)
    stage.start(desk, once_at(10, everything))
    decommission.points(desk, 60)
    stage.rollback_by(desk)

    assert {one for statement in granted() for one in actions(statement)} == called(desk)


def test_the_policy_reaches_one_zone_one_name_and_the_parameters_of_one_cutover() -> None:
    wide = {one for statement in granted() if statement["Resource"] == "*" for one in actions(statement)}
    (change,) = [one for one in granted() if "route53:ChangeResourceRecordSets" in actions(one)]
    (parameters,) = [one for one in granted() if "ssm:PutParameter" in actions(one)]

    # CloudWatch has no resources that its metrics could be asked for by.
    assert wide == {"cloudwatch:GetMetricData"}
    assert list(change["Condition"]["ForAllValues:StringEquals"].values()) == [["www.mocshelf.example"]]
    assert all("parameter/mocshelf/production/cutover" in one for one in parameters["Resource"])
