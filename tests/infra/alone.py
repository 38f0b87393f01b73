"""One stack by itself, for a stage that the table does not have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from infra.assembly import Template

_SYNTHESISE = """
import sys
from dataclasses import replace
from importlib import import_module
import aws_cdk as cdk
from mocshelf_infra import stages
from mocshelf_infra.stages import Files, Users

module, stack, base, changes, output = sys.argv[1:]
stage = replace(stages.stage(base), **eval(changes))
app = cdk.App(outdir=output, analytics_reporting=False)
made = getattr(import_module("mocshelf_infra.stacks." + module), stack)
made(app, "alone", stage=stage, env=cdk.Environment(region=stage.region))
app.synth()
"""


def alone(folder: Path, module: str, stack: str, base: str, changes: str) -> Template:
    """The template of a stack for the stage `base` with `changes`, a Python dictionary as text."""
    # Node comes with the environment, beside the interpreter.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    command = [sys.executable, "-c", _SYNTHESISE, module, stack, base, changes, str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PATH": path})
    assert made.returncode == 0, made.stdout + made.stderr
    content: Template = json.loads((folder / "alone.template.json").read_text(encoding="utf-8"))
    return content
