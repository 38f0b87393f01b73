"""What the embedded AWS cannot make."""

from __future__ import annotations

# Resource types of ours that the pinned MiniStack refuses; a test compares this with the emulator itself.
MINISTACK_LACKS: tuple[str, ...] = (
    "AWS::Budgets::Budget",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentConfig",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::Instance",
    "AWS::EC2::NatGateway",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::GuardDuty::MalwareProtectionPlan",
    "AWS::Logs::Delivery",
    "AWS::Logs::DeliveryDestination",
    "AWS::Logs::DeliverySource",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::WAFv2::LoggingConfiguration",
)
