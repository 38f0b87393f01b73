"""The network's constructs: VPC, security groups, bastion."""
