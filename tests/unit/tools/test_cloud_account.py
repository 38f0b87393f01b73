"""Settings that are only examples never get into an account."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mocshelf_infra.stages import Api, Budget, Edge, stage
from mocshelf_tools.cloud.account import examples, refuse_examples
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import aws, embedded


def test_domain_zone_and_addresses_of_the_example_are_found() -> None:
    found = list(examples(stage("production")))

    assert "edge.zone = 'mocshelf.example'" in found
    assert "edge.zone_id = 'Z00000000000000000000'" in found
    assert "api.origins = 'https://mocshelf.example'" in found
    assert "watch.email = 'operator@mocshelf.example'" in found
    assert "budget.email = 'operator@mocshelf.example'" in found


def test_a_deployment_to_aws_is_refused_with_what_to_edit() -> None:
    with pytest.raises(CannotContinue) as refused:
        refuse_examples(aws("dev"))

    assert "infra/src/mocshelf_infra/stages.py" in str(refused.value)
    assert "budget.email = 'operator@mocshelf.example'" in str(refused.value)


def test_settings_of_ones_own_are_taken() -> None:
    own = replace(
        stage("staging"),
        edge=Edge("ada.org", "Z0123456789ABCDEFGHIJ", "mocs.ada.org", "origin.mocs.ada.org"),
        api=Api(origins=("https://mocs.ada.org",)),
        watch=None,
        budget=Budget(100, "ada@ada.org"),
    )

    assert list(examples(own)) == []
    refuse_examples(Place(own, {}))


def test_the_embedded_aws_takes_the_example() -> None:
    refuse_examples(embedded("dev"))
