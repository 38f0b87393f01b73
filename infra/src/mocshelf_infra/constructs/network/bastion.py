"""The bastion: a machine in the VPC that Session Manager opens tunnels through, and nothing else opens."""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from mocshelf_infra.constructs.accepted import accept

# What the agent of Session Manager does, which comes with Amazon Linux.
SESSION = (
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)


class Bastion(Construct):
    """`instance` has no key, no open port and no address on the internet; who may start a session, IAM says.

    It follows the newest Amazon Linux: a deployment that finds another image makes another machine.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        group: ec2.ISecurityGroup,
    ) -> None:
        super().__init__(scope, name)
        allowed = iam.PolicyStatement(actions=list(SESSION), resources=["*"])
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
            inline_policies={"session": iam.PolicyDocument(statements=[allowed])},
        )
        disk = ec2.BlockDeviceVolume.ebs(8, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3)
        self.instance = ec2.Instance(
            self,
            "Instance",
            vpc=vpc,
            vpc_subnets=subnets,
            security_group=group,
            instance_type=ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
            machine_image=ec2.MachineImage.latest_amazon_linux2023(cpu_type=ec2.AmazonLinuxCpuType.ARM_64),
            block_devices=[ec2.BlockDevice(device_name="/dev/xvda", volume=disk)],
            http_tokens=ec2.HttpTokens.REQUIRED,
            role=role,
        )
        accept(role, "IAM5[Resource::*]", "Channels of Session Manager have no names to grant.")
        accept(self.instance, "EC28", "Nobody watches a machine that only carries tunnels.")
        accept(self.instance, "EC29", "It holds nothing; one that is gone is made again.")
