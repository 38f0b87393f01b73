"""What must not come out of a snapshot as it went in: SnapStart restores one process many times, hours later.

Who keeps a connection, a deadline or credentials says here how to let go of them. Random values need nothing: tokens
and ids are drawn from the kernel each time, which Lambda seeds anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

try:
    # Of Lambda's own runtime: where it is missing there are no snapshots.
    from snapshot_restore_py import register_after_restore
except ImportError:
    register_after_restore = None

Hook = TypeVar("Hook", bound=Callable[[], object])


def after_restore(hook: Hook) -> Hook:
    """Has `hook` run whenever this process was restored; nothing happens where there are no snapshots."""
    if register_after_restore is not None:
        register_after_restore(hook)
    return hook
