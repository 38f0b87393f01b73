"""Opening ZIP archives that strangers made."""

from __future__ import annotations

import struct

import pytest

from file_validator.archive import Archive, open_zip
from file_validator.directory import has_end_record
from file_validator.faults import Kind, Refused
from unit.file_validator.specimens import MODEL, Member, lying, studio_file, zip_of

MB = 1_048_576


def refused(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        open_zip(data)
    return caught.value


def refused_reading(data: bytes, name: str = "model.ldr", **limit: int) -> Refused:
    archive = open_zip(data)
    with pytest.raises(Refused) as caught:
        archive.read(name, **limit)
    return caught.value


def test_entries_are_found_whatever_their_case_and_read_whole() -> None:
    archive = open_zip(zip_of(Member(b"Model.LDR", MODEL), Member(b"x/y.txt", b"stored", method=0)))

    assert archive.names() == ["Model.LDR", "x/y.txt"]
    assert archive.has("model.ldr")
    assert not archive.has("y.txt")
    assert archive.read("MODEL.ldr") == MODEL
    assert archive.read("x/y.txt") == b"stored"


@pytest.mark.parametrize("name", [b"../x.ldr", b"/x.ldr", b"a/../x.ldr", b"a\\x.ldr", b"C:x.ldr", b"x\n", b"d/"])
def test_names_that_could_lead_elsewhere_are_ignored(name: bytes) -> None:
    archive = open_zip(studio_file(Member(name, b"x", method=0)))

    assert archive.names() == ["model.ldr"]
    assert not archive.has(name.decode())


def test_2000_entries_are_accepted_and_one_more_is_not() -> None:
    members = [Member(b"%d" % number, b"", method=0) for number in range(2_001)]

    assert len(open_zip(zip_of(*members[:-1])).names()) == 2_000
    assert refused(zip_of(*members)).kind is Kind.UNSAFE


def test_a_directory_with_more_entries_than_it_counts_is_refused() -> None:
    members = [Member(b"%d" % number, b"", method=0) for number in range(3)]

    assert refused(zip_of(*members, count=2)).kind is Kind.UNREADABLE


def test_512_mb_declared_are_accepted_and_one_byte_more_is_not() -> None:
    # Stored entries may say what they like here: the sizes are compared with the truth when they are read.
    member = Member(b"x", b"x" * (6 * MB), method=0)
    at_limit = [lying(member, size=size) for size in (512 * MB - 6 * MB, 6 * MB)]
    over = [lying(member, size=size) for size in (512 * MB - 6 * MB, 6 * MB + 1)]

    assert isinstance(open_zip(zip_of(*at_limit)), Archive)
    assert refused(zip_of(*over)).message == "The archive unpacks to more than we accept."


def test_an_entry_over_1_mb_may_shrink_to_a_hundredth_and_no_further() -> None:
    packed = b"x" * 20_000
    ok, bomb = (lying(Member(b"a", packed, method=0), size=size) for size in (2_000_000, 2_000_001))
    small = Member(b"model.ldr", b" " * MB)

    assert isinstance(open_zip(zip_of(ok)), Archive)
    assert refused(zip_of(bomb)).kind is Kind.UNSAFE
    assert len(open_zip(zip_of(small)).read("model.ldr")) == MB


def test_one_entry_may_have_128_mb_and_a_reader_may_ask_for_less() -> None:
    big = lying(Member(b"model.ldr", b"x" * (2 * MB), method=0), size=128 * MB + 1)
    exact = zip_of(Member(b"model.ldr", b"12345"))

    assert refused_reading(zip_of(big)).kind is Kind.UNSAFE
    assert open_zip(exact).read("model.ldr", limit=5) == b"12345"
    assert refused_reading(exact, limit=4).kind is Kind.UNSAFE


@pytest.mark.parametrize(
    ("lie", "kind"),
    [
        ({"size": 3}, Kind.UNSAFE),
        ({"size": 1_000}, Kind.UNREADABLE),
        ({"crc": 1}, Kind.UNREADABLE),
    ],
)
def test_sizes_and_checksums_are_counted_not_believed(lie: dict[str, int], kind: Kind) -> None:
    data = zip_of(lying(Member(b"model.ldr", MODEL), **lie))

    assert refused_reading(data).kind is kind
    with pytest.raises(Refused):
        open_zip(data).verify()


def test_damaged_deflate_data_is_refused() -> None:
    data = bytearray(zip_of(Member(b"model.ldr", MODEL)))
    data[45:50] = b"\xff" * 5

    assert refused_reading(bytes(data)).kind is Kind.UNREADABLE


def test_an_entry_that_is_needed_and_there_twice_is_refused_and_named() -> None:
    data = studio_file(Member(b"MODEL.LDR", b"0 other\n"))

    assert "model.ldr is in the archive twice" in refused_reading(data).message


def test_an_entry_that_is_missing_is_named() -> None:
    assert refused_reading(studio_file(), "nothing.ldr").message == "The archive has no nothing.ldr."


@pytest.mark.parametrize("locked", [{"flags": 1}, {"method": 99}])
def test_a_locked_entry_is_told_apart_and_not_read(locked: dict[str, int]) -> None:
    data = zip_of(lying(Member(b"model.ldr", MODEL), **locked), Member(b"open.txt", b"x"))

    archive = open_zip(data)

    assert archive.encrypted("Model.ldr")
    assert not archive.encrypted("open.txt")
    assert refused_reading(data).kind is Kind.UNREADABLE
    archive.verify()


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93])
def test_unusual_compression_is_refused(method: int) -> None:
    assert refused(zip_of(Member(b"model.ldr", MODEL, method=method))).kind is Kind.UNREADABLE


def test_bytes_that_do_not_belong_to_the_archive_are_refused_wherever_they_are() -> None:
    hidden = Member(b"b", b"x", gap=b"something hidden between the entries")
    hostile = [
        studio_file() + b"trailing",
        b"PK\x03\x04" + studio_file(),
        zip_of(Member(b"a", b"x"), hidden),
        zip_of(Member(b"a", b"x", gap=b"PK\x03\x04 something hidden at the start")),
        zip_of(Member(b"a", b"x"), comment=zip_of(Member(b"b", b"x"))),
    ]

    assert [refused(data).kind for data in hostile] == [Kind.UNSAFE] * 5


def test_overlapping_entries_are_refused() -> None:
    data = zip_of(Member(b"a", b"x" * 100, method=0), Member(b"a", b"x" * 100, method=0))
    second = data.rindex(b"PK\x01\x02")
    twice = bytearray(data)
    struct.pack_into("<I", twice, second + 42, 0)

    assert refused(bytes(twice)).kind is Kind.UNSAFE


def test_headers_that_contradict_each_other_are_refused() -> None:
    assert refused(zip_of(Member(b"model.ldr", MODEL, local_name=b"other.ldr"))).kind is Kind.UNSAFE


@pytest.mark.parametrize("place", [4, 6, 8])
def test_an_archive_of_several_disks_is_refused(place: int) -> None:
    data = bytearray(studio_file())
    data[data.rindex(b"PK\x05\x06") + place] += 1

    assert refused(bytes(data)).kind is Kind.UNREADABLE


def test_the_zip64_form_is_refused_by_name() -> None:
    data = bytearray(studio_file())
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 16, 0xFFFFFFFF)

    assert "ZIP64" in refused(bytes(data)).message


def test_an_archive_cut_anywhere_is_refused() -> None:
    data = studio_file(Member(b"thumbnail.png", b"x" * 50))

    assert all(refused(data[:length]) for length in range(len(data)))


def test_an_empty_archive_is_called_empty() -> None:
    assert refused(zip_of()).message == "The archive is empty."


def test_an_archive_with_a_damaged_directory_is_refused() -> None:
    data = studio_file()
    directory = data.rindex(b"PK\x01\x02")

    # The signature, the length of the name and of the comment, the disk, and the place of the entry.
    for place in (0, 29, 33, 34, 44):
        damaged = bytearray(data)
        damaged[directory + place] ^= 0x40

        assert refused(bytes(damaged)).kind is Kind.UNREADABLE, place


def test_an_entry_without_its_own_header_is_damaged() -> None:
    data = studio_file(Member(b"b", b"x"))
    header = data.rindex(b"PK\x03\x04")

    assert refused(data[: header + 2] + b"\x07" + data[header + 3 :]).kind is Kind.UNREADABLE


def test_an_archive_comment_is_no_reason_to_refuse() -> None:
    data = zip_of(Member(b"model.ldr", MODEL), comment=b"made with love")

    assert open_zip(data).read("model.ldr") == MODEL


def test_an_end_record_makes_any_file_an_archive() -> None:
    assert has_end_record(b"%PDF-1.4 anything" + studio_file())
    assert has_end_record(b"anything" + zip_of())
    assert not has_end_record(b"%PDF-1.4 a chance PK\x05\x06 in compressed data, " + b"\xaa" * 40)
