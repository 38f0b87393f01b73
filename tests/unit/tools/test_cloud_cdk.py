"""What is shown of what the CDK says, and what a stage leaves behind."""

from __future__ import annotations

from mocshelf_tools.cloud.cdk import last_words
from mocshelf_tools.cloud.differing import shown
from mocshelf_tools.cloud.removing import deletion_policies

OUTPUT = """WARNING No cross-stack-reference strength configured
   Mocshelf-dev-api
start: Building Mocshelf-dev-storage Template
Stack Mocshelf-dev-storage
Resources
[+] AWS::SQS::Queue Queue


✨  Number of stacks with differences: 1

Stack Mocshelf-dev-api
There were no differences

✨  Number of stacks with differences: 1
"""
TEMPLATE = """Resources:
  Files:
    Type: AWS::S3::Bucket
    Properties:
      Text: |-
        one

        two
    UpdateReplacePolicy: Retain
    DeletionPolicy: Retain
  Queue:
    Type: AWS::SQS::Queue
  Cluster:
    Type: AWS::RDS::DBCluster
    DeletionPolicy: Snapshot
Outputs:
  Url:
    Value: x
"""


def test_only_what_is_about_a_stack_is_shown() -> None:
    assert list(shown(OUTPUT)) == [
        "Stack Mocshelf-dev-storage\nResources\n[+] AWS::SQS::Queue Queue",
        "Stack Mocshelf-dev-api\nThere were no differences",
    ]


def test_a_call_that_failed_is_quoted_without_its_warnings_and_progress() -> None:
    output = """WARNING No strength configured
   Acknowledge with 'Annotation::@aws-cdk/core:crossStackReferencesDefaultStrong'

✨  Synthesis time: 0.07s

Mocshelf-dev-api: start: Building Mocshelf-dev-api Template
Mocshelf-dev-api: success: Built Mocshelf-dev-api Template
Mocshelf-dev-api: fail: Bucket named 'x' exists, but we dont have access to it.
Failed to publish asset Mocshelf-dev-api Template
‣ AggregateError:
"""

    assert last_words(output).splitlines() == [
        "  Mocshelf-dev-api: fail: Bucket named 'x' exists, but we dont have access to it.",
        "  Failed to publish asset Mocshelf-dev-api Template",
    ]


def test_what_outlives_a_stack_is_read_from_its_template() -> None:
    assert deletion_policies(TEMPLATE) == {"Files": "Retain", "Cluster": "Snapshot"}
    assert deletion_policies({"Resources": {"A": {"DeletionPolicy": "Retain"}, "B": {}}}) == {"A": "Retain"}
