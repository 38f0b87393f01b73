"""The manifest of the trial functions, in the form of the real one."""

from __future__ import annotations

from mocshelf.manifest import Function

FUNCTIONS = (
    Function("echo", routes="trial.routes:routes", reach=(), timeout=2),
    Function("batch", queue="processing_queue", reach=(), timeout=5),
    Function("tick", schedule=5, reach=(), timeout=5),
)
