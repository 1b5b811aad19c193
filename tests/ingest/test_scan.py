"""SOURCE of every shape becomes files with pages in order, and everything is accounted for."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image

from errors import InputRejected, WrongUsage
from ingest.limits import Limits
from ingest.manifest import Frame, Manifest, Scan
from ingest.probe import look
from ingest.probed import Probed
from ingest.scan import Looking, scan
from tests.ingest.makers import LIMITS, encoded, jpeg, jpeg_pdf, picture, write


def unguarded(path: Path, media_type: str, *, file: str) -> Probed:
    """Looks in this process: what the child does is tested in test_guard."""
    return look(path, media_type, file=file, limits=LIMITS)


def no_covers(_path: Path, _media_type: str, _frames: Sequence[int]) -> Mapping[int, bytes]:
    """Pages of no stream."""
    return {}


PLAIN = Looking(unguarded, no_covers)


def scanned(source: Path, limits: Limits = LIMITS) -> Manifest:
    return scan(source, limits=limits, looking=PLAIN)


def pages(manifest: Manifest) -> dict[str, list[str]]:
    return {file.name: [one.relative for one in file.scans] for file in manifest.files}


def only(manifest: Manifest) -> Scan:
    (one,) = manifest.scans
    return one


def tiff_pages(path: Path, count: int) -> Path:
    sheets = [Image.fromarray(picture(1)) for _ in range(count)]
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets[0].save(path, "TIFF", save_all=True, append_images=sheets[1:])
    return path


def test_each_sub_folder_is_a_file_and_its_pages_count_on(tmp_path: Path) -> None:
    for place in ("2/10.jpg", "2/9.jpg", "10/पृष्ठ १०.jpg", "10/पृष्ठ ९.jpg"):
        write(tmp_path / "box" / place, jpeg())
    assert pages(scanned(tmp_path / "box")) == {
        "2": ["2/9.jpg", "2/10.jpg"],
        "10": ["10/पृष्ठ ९.jpg", "10/पृष्ठ १०.jpg"],
    }


def test_sides_are_declared_by_folders_and_covers_come_first(tmp_path: Path) -> None:
    box = tmp_path / "box"
    parted = unicodedata.normalize("NFD", "पत्राचार")
    for place in (f"f1/{parted}/1.jpg", "f1/Noting/deeper/1.jpg", "f1/cover.jpg", "f2/1.jpg"):
        write(box / place, jpeg())
    first, second = scanned(box).files
    assert [one.side for one in first.scans] == [None, "noting", "correspondence"]
    assert [one.relative for one in first.scans][:2] == ["f1/cover.jpg", "f1/Noting/deeper/1.jpg"]
    assert second.scans[0].side is None


def test_a_folder_of_scans_is_one_file(tmp_path: Path) -> None:
    for name in ("1.jpg", "2.pdf", "10.jpg"):
        write(tmp_path / "nasti" / name, jpeg_pdf(jpeg()) if name == "2.pdf" else jpeg())
    assert pages(scanned(tmp_path / "nasti")) == {"nasti": ["1.jpg", "2.pdf", "10.jpg"]}


def test_a_folder_with_nothing_but_side_folders_is_one_file(tmp_path: Path) -> None:
    for place in ("n/1.jpg", "c/1.jpg", "cover.jpg"):
        write(tmp_path / "nasti" / place, jpeg())
    (file,) = scanned(tmp_path / "nasti").files
    assert file.name == "nasti"
    assert [one.side for one in file.scans] == [None, "noting", "correspondence"]


def test_folders_named_with_letters_are_not_taken_for_sides(tmp_path: Path) -> None:
    for place in ("a/1.jpg", "b/1.jpg", "c/1.jpg"):
        write(tmp_path / "box" / place, jpeg())
    manifest = scanned(tmp_path / "box")
    assert [file.name for file in manifest.files] == ["a", "b", "c"]
    assert {one.side for one in manifest.scans} == {None}


def test_a_tiff_alone_is_a_file_with_its_pages(tmp_path: Path) -> None:
    path = tiff_pages(tmp_path / "bundle.tif", 3)
    manifest = scanned(path)
    assert pages(manifest) == {"bundle.tif": ["bundle.tif"]}
    assert only(manifest).frames == tuple(Frame(index, "image") for index in range(3))
    assert manifest.label == "bundle.tif"


def test_small_copies_inside_a_tiff_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    copy = Image.fromarray(picture(1)[::4, ::4])
    copy.encoderinfo = {"tiffinfo": {254: 1}}
    Image.fromarray(picture(1)).save(path, save_all=True, append_images=[copy])
    assert only(scanned(path)).frames == (Frame(0, "image"),)


def test_loose_scans_beside_folders_are_files_too(tmp_path: Path) -> None:
    box = tmp_path / "box"
    write(box / "0001/1.jpg", jpeg())
    tiff_pages(box / "0002.tif", 2)
    write(box / "3.jpg", jpeg())
    write(box / "4.jpg", jpeg())
    assert pages(scanned(box)) == {
        "0001": ["0001/1.jpg"],
        "0002.tif": ["0002.tif"],
        "box": ["3.jpg", "4.jpg"],
    }


def test_loose_scans_never_take_the_name_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "box/box/1.jpg", jpeg())
    write(tmp_path / "box/2.jpg", jpeg())
    assert pages(scanned(tmp_path / "box")) == {"box": ["box/1.jpg"], "box~": ["2.jpg"]}


def test_the_table_beside_declares_files_and_what_fits_nothing_is_told(tmp_path: Path) -> None:
    box = tmp_path / "box"
    write(box / "0001/1.jpg", jpeg())
    write(box / "0002.pdf", jpeg_pdf(jpeg()))
    lines = "path,file_number,declared_pages\n0001,एफ 1/2,7\n0002.pdf,एफ 3/4,\n0009,एफ 9,\n"
    write(box / "Batch.CSV", lines.encode())
    manifest = scanned(box)
    declared = {file.name: file.declared for file in manifest.files}
    assert declared["0001"] is not None
    assert declared["0001"].declared_pages == 7
    assert declared["0002.pdf"] is not None
    assert declared["0002.pdf"].file_number == "एफ 3/4"
    (told,) = manifest.ignored
    assert told.relative == "batch.csv:4"
    assert "0009" in told.reason


def test_in_a_flat_folder_the_table_can_part_files(tmp_path: Path) -> None:
    for name in ("1.jpg", "2.jpg"):
        write(tmp_path / "box" / name, jpeg())
    write(tmp_path / "box/a.pdf", jpeg_pdf(jpeg()))
    write(tmp_path / "box/batch.csv", b"path,subject\na.pdf,land\n.,water\n")
    manifest = scanned(tmp_path / "box")
    assert pages(manifest) == {"a.pdf": ["a.pdf"], "box": ["1.jpg", "2.jpg"]}
    assert [file.declared and file.declared.subject for file in manifest.files] == ["land", "water"]


def test_a_single_pdf_finds_its_line_in_the_table_beside_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", jpeg_pdf(jpeg()))
    write(tmp_path / "batch.csv", b"path,subject\na.pdf,land\nb.pdf,water\n")
    manifest = scanned(path)
    assert manifest.files[0].declared is not None
    assert manifest.files[0].declared.subject == "land"
    assert manifest.ignored == ()


def test_a_broken_table_stops_before_anything_is_read(tmp_path: Path) -> None:
    write(tmp_path / "box/1.jpg", jpeg())
    write(tmp_path / "box/batch.csv", b"name,number\n")
    with pytest.raises(InputRejected, match=r"batch\.csv cannot be used"):
        scanned(tmp_path / "box")


def test_hash_size_and_kind_are_of_the_bytes_not_of_the_name(tmp_path: Path) -> None:
    content = jpeg()
    one = only(scanned(write(tmp_path / "wrong.pdf", content).parent))
    assert one.sha256 == hashlib.sha256(content).hexdigest()
    assert one.size_bytes == len(content)
    assert one.media_type == "image/jpeg"


def test_litter_and_side_cars_are_left_aside_and_told(tmp_path: Path) -> None:
    write(tmp_path / "box/1.jpg", jpeg())
    for name in ("Thumbs.db", ".DS_Store", "~$1.doc", "scan.log", "1.jpg.md5", "index.xml"):
        write(tmp_path / "box" / name, b"some text")
    (tmp_path / "box/empty").mkdir()
    manifest = scanned(tmp_path / "box")
    assert len(manifest.scans) == 1
    assert {one.relative for one in manifest.ignored} == {
        "Thumbs.db",
        ".DS_Store",
        "~$1.doc",
        "scan.log",
        "1.jpg.md5",
        "index.xml",
        "empty",
    }
    assert all(one.reason for one in manifest.ignored)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jpg", b"", "is empty"),
        ("photo.jpg", b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIF picture"),
        ("notes.doc", b"\xd0\xcf\x11\xe0", "old Microsoft Office document"),
        ("what.jpg", b"\x00\x01\x02\x03\x04", "file of an unknown kind"),
        ("list.jpg", b"a text", "text file"),
        ("cut.jpg", b"\xff\xd8\xff\xe0\x00\x10JF", "damaged"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00", "damaged"),
        ("cut.tif", b"II*\x00\xff\xff\xff\x00", "damaged"),
        ("cut.pdf", b"%PDF-1.4\n", "damaged"),
        ("cut.jp2", b"\xff\x4f\xff\x51\x00\x00", "damaged"),
    ],
)
def test_what_cannot_be_read_is_counted_with_a_reason_beside_the_good_ones(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    write(tmp_path / "box/good.jpg", jpeg())
    write(tmp_path / "box" / name, content)
    by_name = {one.relative: one for one in scanned(tmp_path / "box").scans}
    assert by_name["good.jpg"].rejected is None
    bad = by_name[name]
    assert bad.rejected is not None
    assert said in bad.rejected.what
    assert bad.rejected.kept
    assert bad.rejected.todo
    assert len(bad.frames) == 1


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "outside/secret.jpg", jpeg())
    write(tmp_path / "box/1.jpg", jpeg())
    (tmp_path / "box/2.jpg").symlink_to(secret)
    (tmp_path / "box/3.jpg").symlink_to("nowhere.jpg")
    (tmp_path / "box/4.jpg").symlink_to("1.jpg")
    (tmp_path / "box/5").symlink_to(tmp_path / "outside")
    (tmp_path / "box/6").symlink_to(tmp_path / "box")
    manifest = scanned(tmp_path / "box")
    said = {one.relative: one.rejected and one.rejected.what for one in manifest.scans}
    assert said["1.jpg"] is None
    assert said["4.jpg"] is None
    assert "leads out" in str(said["2.jpg"])
    assert "leads out" in str(said["5"])
    assert "not there" in str(said["3.jpg"])
    assert [one.relative for one in manifest.ignored] == ["6"]
    by_name = {one.relative: one for one in manifest.scans}
    assert by_name["2.jpg"].sha256 == ""


def test_a_link_that_takes_a_scan_s_place_is_not_followed(tmp_path: Path) -> None:
    from ingest.hashing import hashed

    (tmp_path / "1.jpg").symlink_to(write(tmp_path / "secret.jpg", jpeg()))
    with pytest.raises(InputRejected, match="could not be read"):
        hashed(tmp_path / "1.jpg", file="1.jpg", max_bytes=1_000_000)


def test_pipes_and_sockets_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "box/1.jpg", jpeg())
    os.mkfifo(tmp_path / "box/2.jpg")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("box/3.jpg")
        by_name = {one.relative: one for one in scanned(tmp_path / "box").scans}
    assert "device or a pipe" in str(by_name["2.jpg"].rejected)
    assert "device or a pipe" in str(by_name["3.jpg"].rejected)


def test_a_pipe_that_takes_a_scan_s_place_does_not_make_us_wait(tmp_path: Path) -> None:
    from ingest.hashing import hashed

    os.mkfifo(tmp_path / "1.jpg")
    with pytest.raises(InputRejected, match="could not be read"):
        hashed(tmp_path / "1.jpg", file="1.jpg", max_bytes=10)


@pytest.mark.parametrize(
    ("name", "relative"),
    [
        (b"a\nb.jpg", "a\\x0ab.jpg"),
        (b"..jpg", None),
        (b"...evil", None),
        (b"a..b.jpg", "a..b.jpg"),
        (b"bad\xff.jpg", "bad\\xff.jpg"),
        ("क".encode() * 84 + b"jp", "क" * 84 + "jp"),
        ("नस्ती {file} %s.jpg".encode(), "नस्ती {file} %s.jpg"),
    ],
)
def test_hostile_names_become_one_safe_line(
    tmp_path: Path, name: bytes, relative: str | None
) -> None:
    write(tmp_path / "box/1.jpg", jpeg())
    (tmp_path / "box" / os.fsdecode(name)).write_bytes(b"\x00\x01")
    manifest = scanned(tmp_path / "box")
    if relative is None:  # a dot-file
        assert [one.relative for one in manifest.ignored] == [name.decode()]
        return
    one = next(one for one in manifest.scans if one.relative != "1.jpg")
    assert one.relative == relative
    assert one.path.exists()
    assert relative in str(one.rejected)


def test_a_scan_that_is_still_being_written_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest import hashing

    write(tmp_path / "box/1.jpg", jpeg())
    growing = write(tmp_path / "box/2.jpg", jpeg())
    drain = hashing._drained

    def grows(stream: object) -> hashing.Hashed:
        read = drain(stream)  # type: ignore[arg-type]
        with growing.open("ab") as more:
            more.write(b"more")
        return read

    monkeypatch.setattr(hashing, "_drained", grows)
    by_name = {one.relative: one for one in scanned(tmp_path / "box").scans}
    assert by_name["1.jpg"].rejected is None
    assert "was being written" in str(by_name["2.jpg"].rejected)


def test_a_scan_that_vanishes_half_way_is_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    box = tmp_path / "box"
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        write(box / name, jpeg())

    def on_progress(done: int, total: int, name: str) -> None:
        assert total in (3, 2)  # first every source, then those where a cover sheet may lie
        if name == "2.jpg" and total == 3:
            (box / "2.jpg").unlink()

    manifest = scan(box, limits=LIMITS, looking=PLAIN, on_progress=on_progress)
    assert [one.rejected is None for one in manifest.scans] == [True, False, True]
    assert "could not be read" in str(manifest.scans[1].rejected)


def test_a_source_that_vanishes_altogether_is_rejected(tmp_path: Path) -> None:
    box = tmp_path / "box"
    for name in ("1.jpg", "2.jpg"):
        write(box / name, jpeg())
    with pytest.raises(InputRejected, match="vanished"):
        scan(
            box,
            limits=LIMITS,
            looking=PLAIN,
            on_progress=lambda *_: shutil.rmtree(box, True),
        )


def test_progress_tells_every_source_and_the_end(tmp_path: Path) -> None:
    for name in ("1.jpg", "2.jpg"):
        write(tmp_path / "box" / name, jpeg())
    told: list[tuple[int, int, str]] = []
    scan(
        tmp_path / "box",
        limits=LIMITS,
        looking=PLAIN,
        on_progress=lambda *one: told.append(one),
    )
    once = [(0, 2, "1.jpg"), (1, 2, "2.jpg"), (2, 2, "")]
    assert told == once + once  # counting pages, then looking for cover sheets


def test_a_source_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="not there") as told:
        scanned(tmp_path / "nowhere")
    assert told.value.todo


@pytest.mark.parametrize("others", [[], ["readme.txt", "Thumbs.db"], ["a.heic", "b.doc"]])
def test_a_folder_without_any_scan_is_rejected(tmp_path: Path, others: list[str]) -> None:
    (tmp_path / "box").mkdir()
    for name in others:
        write(tmp_path / "box" / name, b"\x00\x00\x00\x18ftypheic" if "a." in name else b"words")
    with pytest.raises(InputRejected, match="no scan in") as told:
        scanned(tmp_path / "box")
    assert told.value.kept
    assert told.value.todo


def test_one_bad_file_alone_is_rejected_for_its_own_reason(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match=r"cut\.jpg is damaged"):
        scanned(write(tmp_path / "cut.jpg", b"\xff\xd8\xff\xe0"))


def test_limits_on_bytes_pixels_frames_and_pages_hold(tmp_path: Path) -> None:
    box = tmp_path / "box"
    write(box / "small.jpg", jpeg(picture(width=20, height=20)))
    write(box / "wide.jpg", jpeg())
    write(box / "wide.png", encoded(picture(), "PNG"))
    write(box / "wide.bmp", encoded(picture(), "BMP"))
    tiff_pages(box / "many.tif", 4)
    write(box / "big.jpg", jpeg() + bytes(500_000))
    limits = Limits(max_pixels=1000, max_frames=3, max_source_bytes=400_000)

    def probe(path: Path, media_type: str, *, file: str) -> Probed:
        return look(path, media_type, file=file, limits=limits)

    said = {
        one.relative: str(one.rejected or "")
        for one in scan(box, limits=limits, looking=Looking(probe, no_covers)).scans
    }
    assert said.pop("small.jpg") == ""
    assert "more than the limit of 0 MB" in said.pop("big.jpg")
    assert "more pages than the limit of 3" in said.pop("many.tif")
    assert all("240 by 320 pixels" in reason for reason in said.values())
    with pytest.raises(InputRejected, match="holds 6 pages, more than the limit of 5"):
        scan(
            box,
            limits=Limits(max_pages=5),
            looking=Looking(lambda *_, **__: Probed((Frame(0, "image"),)), no_covers),
        )


def test_the_program_s_own_folder_inside_source_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "box/1.jpg", jpeg())
    write(tmp_path / "box/abhilekh-home/store/1", jpeg())
    home = (tmp_path / "box/abhilekh-home").resolve()
    manifest = scan(
        tmp_path / "box",
        limits=LIMITS,
        looking=PLAIN,
        leave_out=frozenset({home}),
    )
    assert pages(manifest) == {"box": ["1.jpg"]}
    assert [one.relative for one in manifest.ignored] == ["abhilekh-home"]


def test_nothing_in_source_is_changed(tmp_path: Path) -> None:
    box = tmp_path / "box"
    write(box / "a/1.jpg", jpeg())
    write(box / "a/2.pdf", jpeg_pdf(jpeg()))
    before = {path: path.stat() for path in box.rglob("*")}
    scanned(box)
    after = {path: path.stat() for path in box.rglob("*")}
    assert {path: stat.st_mtime_ns for path, stat in before.items()} == {
        path: stat.st_mtime_ns for path, stat in after.items()
    }


def test_the_same_source_gives_the_same_manifest(tmp_path: Path) -> None:
    for place in ("2/10.jpg", "2/9.jpg", "10/1.jpg"):
        write(tmp_path / "box" / place, jpeg())
    assert scanned(tmp_path / "box") == scanned(tmp_path / "box")
