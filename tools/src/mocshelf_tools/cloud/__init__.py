"""Stages in an AWS account, the embedded one included: building, deploying, looking at and removing them."""
