"""What a run has seen becomes figures: waits apart from failures, and times of right answers alone."""

from __future__ import annotations

from pathlib import Path

from mocshelf_tools.load import samples
from mocshelf_tools.load.samples import Sample
from unit.tools.load_runs import run, written


def test_percentiles_are_times_that_were_taken() -> None:
    everything = samples.by_name(run())[-1]

    assert (everything.requests, everything.p50, everything.p95, everything.p99) == (30, 15, 29, 30)
    assert everything.rate == 3


def test_what_failed_or_was_asked_to_wait_has_no_time_and_is_counted_apart() -> None:
    seen = run(Sample(5, "open: a MOC", 9000, "failed", "500"), Sample(6, "open: a MOC", 8000, "wait", "503"))

    opened = samples.by_group(seen)["open"]

    assert (opened.requests, opened.failures, opened.waits) == (12, 1, 1)
    assert (opened.failure_ratio, opened.wait_ratio) == (1 / 12, 1 / 12)
    assert opened.p99 == 29


def test_a_name_without_a_right_answer_has_no_times() -> None:
    seen = run(Sample(5, "send: to S3", 20, "failed", "no answer"))

    sent = samples.by_group(seen)["send"]

    assert (sent.p50, sent.p95, sent.p99, sent.failure_ratio) == (None, None, None, 1)


def test_the_time_until_a_file_is_ready_is_no_request() -> None:
    seen = run(Sample(5, "ready: moc-file", 4000, "ok"))

    groups = samples.by_group(seen)

    assert groups["ready"].p50 == 4000
    assert (groups["all"].requests, groups["all"].p99) == (30, 30)


def test_a_file_that_never_is_ready_is_a_failure() -> None:
    seen = run(Sample(5, "ready: moc-file", 60000, "failed", "rejected"))

    assert samples.by_group(seen)["all"].failures == 1


def test_reasons_come_by_how_often_they_came() -> None:
    failed = [Sample(1, "open: a MOC", 1, "failed", why) for why in ("500", "404", "500")]

    assert samples.reasons(run(*failed)) == [("open: a MOC", "500", 2), ("open: a MOC", "404", 1)]


def test_a_line_that_was_broken_off_is_left_out(tmp_path: Path) -> None:
    folder = written(tmp_path, "1.0,open: a MOC,12.5,ok,\n2.0,open: a", "0.0,1,0,0,0\n1.0,2\n")

    seen = samples.read(folder)

    assert [(one.name, one.milliseconds, one.group) for one in seen.samples] == [("open: a MOC", 12.5, "open")]
    assert (len(seen.seconds), seen.took) == (1, 1)
