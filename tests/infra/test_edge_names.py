"""Names besides the stage's own, such as the one a cutover moves: CloudFront refuses those it does not know."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra.assembly import Assembly, Template, fails_when, resources, the
from mocshelf_infra.stages import PRODUCTION

HOST, FURTHER = "mocshelf.example", ["www.mocshelf.example", "api.mocshelf.example"]
DISTRIBUTION, CERTIFICATE = "AWS::CloudFront::Distribution", "AWS::CertificateManager::Certificate"
# The two stacks of the edge alone: the others have nothing to do with its names.
SYNTHESIZE = """
import sys
from dataclasses import replace
import aws_cdk as cdk
from mocshelf_infra.stacks.edge import EdgeStack
from mocshelf_infra.stacks.origin import OriginStack
from mocshelf_infra.stages import EDGE_REGION, PRODUCTION

settings = replace(PRODUCTION.edge, further=tuple(sys.argv[2:]))
stage = replace(PRODUCTION, edge=settings)
app, env = cdk.App(outdir=sys.argv[1], analytics_reporting=False), cdk.Environment(region=EDGE_REGION)
origin = OriginStack(app, "Mocshelf-production-origin", stage=stage, env=env)
EdgeStack(app, "Mocshelf-production-edge", stage=stage, settings=settings, origin=origin, env=env)
app.synth()
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The edge of a production with further names."""
    folder = tmp_path_factory.mktemp("names")
    # Node comes with the environment, beside the interpreter.
    path = {"PATH": str(Path(sys.executable).parent), "HOME": str(folder)}
    made = subprocess.run(
        [sys.executable, "-c", SYNTHESIZE, str(folder), *FURTHER], capture_output=True, text=True, env=path
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return Assembly(folder, "production", made.stdout).template("edge")


def test_further_names_are_in_the_distribution_and_in_its_certificate(template: Template) -> None:
    def check(template: Template) -> None:
        found, certificate = the(template, DISTRIBUTION)["DistributionConfig"], the(template, CERTIFICATE)
        assert found["Aliases"] == [HOST, *FURTHER]
        assert certificate["DomainName"] == HOST
        assert certificate.get("SubjectAlternativeNames") == FURTHER
        # Each is confirmed by a record, and no mail is waited for.
        assert {one["DomainName"] for one in certificate["DomainValidationOptions"]} == {HOST, *FURTHER}

    fails_when(check, template, lambda weakened: the(weakened, DISTRIBUTION)["DistributionConfig"]["Aliases"].pop())
    fails_when(check, template, lambda weakened: the(weakened, CERTIFICATE).pop("SubjectAlternativeNames"))


def test_further_names_have_no_records_of_the_stage(template: Template) -> None:
    def check(template: Template) -> None:
        assert {one["Name"] for _, one in resources(template, "AWS::Route53::RecordSet")} == {f"{HOST}."}

    def take_a_name(template: Template) -> None:
        next(one for _, one in resources(template, "AWS::Route53::RecordSet"))["Name"] = f"{FURTHER[0]}."

    fails_when(check, template, take_a_name)


def test_a_name_of_another_zone_is_refused_before_the_deployment_waits_for_it() -> None:
    assert PRODUCTION.edge is not None

    with pytest.raises(ValueError, match=r"elsewhere\.example is not in the zone"):
        replace(PRODUCTION.edge, further=("www.elsewhere.example",))
