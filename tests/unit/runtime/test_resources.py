"""Links read from the environment."""

from __future__ import annotations

import pytest

from mocshelf.runtime.resources import Files, MissingLink, Resources


def test_a_link_is_typed_and_ignores_what_it_does_not_know() -> None:
    linked = Resources({"MOCSHELF_FILES": '{"bucket": "shelf", "colour": "red"}'})

    assert linked.files == Files("shelf")
    assert linked.linked("files")
    assert not linked.linked("cache")


@pytest.mark.parametrize("text", [None, "nonsense", "[]", "{}", '{"Bucket": "shelf"}'])
def test_a_missing_or_unreadable_link_fails_at_start_with_its_name(text: str | None) -> None:
    linked = Resources({} if text is None else {"MOCSHELF_FILES": text})

    with pytest.raises(MissingLink, match="files"):
        linked.require("files")


def test_the_trace_daemon_is_only_where_lambda_says() -> None:
    assert Resources({}).trace_daemon() is None
    assert Resources({"AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000"}).trace_daemon() == ("169.254.79.129", 2000)
