"""What functions share: one layer each for the run-time dependencies, for pictures, and for migrations."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.packaging.artifacts import LAYERS, Artifacts, Zip, layers_of

RUNTIME = lambda_.Runtime.PYTHON_3_13


class Layers(Construct):
    """The layers of a stage, and which of them a function gets."""

    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, artifacts: Artifacts) -> None:
        super().__init__(scope, name)
        self._layers = {
            kind: lambda_.LayerVersion(
                self,
                kind,
                layer_version_name=f"mocshelf-{stage.name}-{kind}",
                code=code(artifacts.layers[kind]),
                compatible_runtimes=[RUNTIME],
                compatible_architectures=[architecture(stage.functions.target)],
            )
            for kind in LAYERS
        }

    def of(self, row: manifest.Function) -> Sequence[lambda_.ILayerVersion]:
        return [self._layers[kind] for kind in layers_of(row)]


def code(built: Zip) -> lambda_.Code:
    """The zip as it is: the same bytes are the same asset, on every machine."""
    return lambda_.Code.from_asset(built.path, asset_hash=built.sha256)


def architecture(target: stages.Target) -> lambda_.Architecture:
    """The processor that the target's wheels are for; an emulator does not look."""
    arm = (target.platform or "").startswith("aarch64")
    return lambda_.Architecture.ARM_64 if arm else lambda_.Architecture.X86_64
