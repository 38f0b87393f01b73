"""The CDK app: one stage's stacks, composed from its row of the table; needs neither credentials nor network."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from mocshelf_infra import stages
from mocshelf_infra.left_out import LeaveOut
from mocshelf_infra.links import Linkable
from mocshelf_infra.packaging.artifacts import Artifacts
from mocshelf_infra.stacks.api import ApiStack
from mocshelf_infra.stacks.data import DataStack
from mocshelf_infra.stacks.edge import EdgeStack
from mocshelf_infra.stacks.identity import IdentityStack
from mocshelf_infra.stacks.network import NetworkStack
from mocshelf_infra.stacks.origin import OriginStack
from mocshelf_infra.stacks.storage import StorageStack
from mocshelf_infra.stacks.watch import WatchStack


def synthesize(stage: stages.Stage, artifacts: Artifacts, output: Path, version: str) -> None:
    """Writes the stage's cloud assembly into `output`, with the findings of cdk-nag beside the templates."""
    synthesizer = cdk.CliCredentialsStackSynthesizer() if stage.own_credentials else None
    app = cdk.App(outdir=str(output), analytics_reporting=False, default_stack_synthesizer=synthesizer)
    compose(app, stage, artifacts, version)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


def compose(app: cdk.App, stage: stages.Stage, artifacts: Artifacts, version: str) -> None:
    """The stage's stacks, in the order in which they are deployed."""
    home = cdk.Environment(region=stage.region)
    edge = cdk.Environment(region=stages.EDGE_REGION)

    def named(name: str) -> str:
        return f"Mocshelf-{stage.name}-{name}"

    links: dict[str, Linkable] = {}
    network = None
    if stage.network is not None:
        network = NetworkStack(app, named("network"), stage=stage, settings=stage.network, env=home)
        data = DataStack(app, named("data"), stage=stage, network=network, env=home)
        links.update(data.links)
    storage = StorageStack(app, named("storage"), stage=stage, env=home)
    links.update(storage.links)
    identity = IdentityStack(app, named("identity"), stage=stage, env=home)
    links.update(identity.links)
    if stage.edge is not None:
        origin = OriginStack(app, named("origin"), stage=stage, env=edge)
        links.update(origin.links(home))
    api = ApiStack(
        app,
        named("api"),
        stage=stage,
        artifacts=artifacts,
        version=version,
        network=network,
        storage=storage,
        identity=identity,
        links=links,
        env=home,
    )
    if stage.edge is not None:
        api.add_stack_dependency(origin)
        front = EdgeStack(app, named("edge"), stage=stage, settings=stage.edge, origin=origin, env=edge)
        front.add_stack_dependency(api)
    if stage.watch is not None or stage.budget is not None:
        WatchStack(app, named("watch"), stage=stage, api=api, data=data, storage=storage, env=home)
    # CDK would tag target groups of proxies too, which CloudFormation refuses.
    cdk.Tags.of(app).add("mocshelf:stage", stage.name, exclude_resource_types=["AWS::RDS::DBProxyTargetGroup"])
    if stage.left_out:
        cdk.Aspects.of(app).add(LeaveOut(stage.left_out))


def main() -> None:
    parser = argparse.ArgumentParser(description="Synthesises one stage.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--artifacts", type=Path, required=True, help="what packaging has written")
    parser.add_argument("--output", type=Path, required=True, help="folder of the cloud assembly")
    parser.add_argument("--version", required=True, help="version of the code, for its answers and logs")
    parser.add_argument("--given", action="append", default=[], metavar="LINK=JSON", help="servers of a local stage")
    parser.add_argument("--origin", action="append", default=[], help="of a local stage's pages, besides its row's")
    args = parser.parse_args()
    stage = stages.stage(args.stage)
    stage = replace(stage, api=replace(stage.api, origins=(*stage.api.origins, *args.origin)))
    if args.given:
        pairs = (entry.partition("=") for entry in args.given)
        stage = replace(stage, given=stages.Given(tuple((name, content) for name, _, content in pairs)))
    synthesize(stage, Artifacts.read(args.artifacts), args.output, args.version)


if __name__ == "__main__":
    main()
