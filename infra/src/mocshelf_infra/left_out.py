"""What a stage leaves out of its templates, because the AWS it deploys to does not know it."""

from __future__ import annotations

import aws_cdk as cdk
import jsii
from constructs import IConstruct


@jsii.implements(cdk.IAspect)
class LeaveOut:
    """Puts a condition that is never true on every resource of these types.

    The emulator then skips them, and takes what refers to them as empty. AWS would refuse such references, so this
    is for an emulator only.
    """

    def __init__(self, types: tuple[str, ...]) -> None:
        self._types = frozenset(types)

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, cdk.CfnResource) and node.cfn_resource_type in self._types:
            stack = cdk.Stack.of(node)
            never = stack.node.try_find_child("LeftOut")
            if not isinstance(never, cdk.CfnCondition):
                never = cdk.CfnCondition(stack, "LeftOut", expression=cdk.Fn.condition_equals("left", "out"))
            node.cfn_options.condition = never
