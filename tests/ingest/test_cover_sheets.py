"""Sheets are printed, found again on worn scans, and part a stream into files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from benchmarks.covers import drawn, file_of, scanned
from errors import InputRejected
from ingest.codes import cover_code
from ingest.cover_payload import SheetKind, payload_of, sheet_id_of, sheet_in
from ingest.cover_sheet import sheets_pdf
from ingest.declarations import read_declarations
from ingest.manifest import Declared, Manifest
from ingest.media import JPEG, PDF, TIFF
from ingest.scan import Looking, scan
from tests.ingest.makers import LIMITS, encoded, jpeg, jpeg_pdf, picture, write
from tests.ingest.test_scan import unguarded

DPI = 150
FIRST = Declared("एफ 11-20/2014/1/9", "भूमि आवंटन", None, 2, None, "ख", "123456")
SECOND = Declared("एफ 11-21/2014/1/9", "सीमांकन", None, 1, None, None, None)
LIST = "file_number,subject,declared_pages,retention_class,computer_number\n"
ROWS = "एफ 11-20/2014/1/9,भूमि आवंटन,2,ख,123456\nएफ 11-21/2014/1/9,सीमांकन,1,,\n"


def read(path: Path, media_type: str = JPEG, frame: int = 0) -> bytes | None:
    return cover_code(path, media_type=media_type, frame=frame, limits=LIMITS)


def saved(path: Path, pixels: NDArray[np.uint8]) -> Path:
    return write(path, encoded(pixels, "JPEG", quality=75, dpi=(DPI, DPI)))


@pytest.mark.parametrize("seed", range(3, 15))
def test_worn_dirty_tilted_sheets_are_found_and_say_what_they_said(
    tmp_path: Path, seed: int
) -> None:
    declared = file_of(np.random.default_rng((seed, 0)))
    picture_, how = scanned(drawn(declared, DPI), seed, DPI)
    payload = read(saved(tmp_path / "sheet.jpg", picture_))
    assert payload is not None, how
    sheet = sheet_in(payload)
    assert sheet is not None
    assert sheet.declared == declared


def test_one_code_that_is_torn_off_leaves_the_other(tmp_path: Path) -> None:
    for part in (slice(0, 0.45), slice(0.7, 1.0)):
        sheet = drawn(FIRST, DPI)
        rows = len(sheet)
        sheet[int(part.start * rows) : int(part.stop * rows)] = 255
        assert read(saved(tmp_path / "torn.jpg", sheet)) == payload_of(SheetKind.FILE, FIRST)


def test_sheets_are_found_in_every_format(tmp_path: Path) -> None:
    sheet = cv2.cvtColor(drawn(FIRST, DPI), cv2.COLOR_RGB2GRAY)
    grey = np.asarray(sheet, np.uint8)
    said = payload_of(SheetKind.FILE, FIRST)
    tiff = encoded(grey, "TIFF", compression="group4", bilevel=True)
    assert read(write(tmp_path / "a.tif", tiff), TIFF) == said
    pdf = jpeg_pdf(encoded(drawn(FIRST, DPI), "JPEG", quality=80))
    image = pdf.pages[0].Resources.XObject.Im0
    image.Width, image.Height = grey.shape[1], grey.shape[0]
    assert read(write(tmp_path / "a.pdf", pdf), PDF) == said


def test_ordinary_pages_and_foreign_codes_part_nothing(tmp_path: Path) -> None:
    import segno

    modules = np.array(list(segno.make("upi://pay?pa=x@bank").matrix_iter(border=4)), np.uint8)
    page = np.full((1754, 1240), 255, np.uint8)
    page[200:700, 200:700] = cv2.resize(
        255 * (1 - modules), (500, 500), interpolation=cv2.INTER_NEAREST
    )
    assert read(saved(tmp_path / "upi.jpg", page)) is None
    assert read(saved(tmp_path / "page.jpg", picture())) is None


def test_a_sheet_says_to_people_what_its_code_says() -> None:
    document = pypdfium2.PdfDocument(sheets_pdf([FIRST], sides=True))
    try:
        assert len(document) == 3
        text = document[0].get_textpage().get_text_bounded()
        size_pt = document[0].get_size()
    finally:
        document.close()
    assert "11-20/2014/1/9" in text
    assert sheet_id_of(FIRST) in text
    assert [round(side / 72 * 25.4) for side in size_pt] == [210, 297]


def test_a_subject_too_long_for_a_code_is_refused_before_anything_is_printed() -> None:
    # What repeats packs well; a long text of ever new words does not.
    rng = np.random.default_rng(5)
    words = "".join(chr(int(n)) for n in rng.integers(0x905, 0x939, 600))
    with pytest.raises(InputRejected, match="too long"):
        sheets_pdf([Declared("1/2014", words)])


def stream(box: Path, sheets: Mapping[int, bytes], pages: int, *, key: bytes = b"") -> Manifest:
    """A folder of numbered scans, with sheets where they are named, as the scan sees it."""
    for number in range(1, pages + 1):
        write(box / f"{number:03d}.jpg", jpeg())

    def codes(path: Path, _media_type: str, frames: Sequence[int]) -> Mapping[int, bytes]:
        number = int(path.stem)
        return {frames[0]: sheets[number]} if number in sheets else {}

    return scan(box, limits=LIMITS, looking=Looking(unguarded, codes, key))


def parts(manifest: Manifest) -> list[tuple[str, list[str]]]:
    return [
        (
            (file.declared.file_number or "") if file.declared else "",
            [
                f"{one.relative[:3]}{'S' if frame.separator else ''}"
                for one in file.scans
                for frame in one.frames
            ],
        )
        for file in manifest.files
    ]


def problems(manifest: Manifest) -> list[tuple[str, ...]]:
    return [file.cover.problems if file.cover else () for file in manifest.files]


FIRST_CODE, SECOND_CODE = (payload_of(SheetKind.FILE, one) for one in (FIRST, SECOND))


def test_a_stream_is_parted_at_its_sheets_and_the_sheets_are_no_pages(tmp_path: Path) -> None:
    made = stream(tmp_path / "box", {1: FIRST_CODE, 4: SECOND_CODE}, 5)
    assert parts(made) == [
        ("एफ 11-20/2014/1/9", ["001S", "002", "003"]),
        ("एफ 11-21/2014/1/9", ["004S", "005"]),
    ]
    assert problems(made) == [(), ()]


def test_nothing_is_lost_when_sheets_are_where_they_should_not_be(tmp_path: Path) -> None:
    made = stream(tmp_path / "box", {2: FIRST_CODE, 3: SECOND_CODE, 5: FIRST_CODE}, 6)
    assert [numbers for _, numbers in parts(made)] == [
        ["001"],
        ["002S"],
        ["003S", "004"],
        ["005S", "006"],
    ]
    assert problems(made) == [
        ("cover_missing",),
        ("cover_without_pages", "cover_twice"),
        (),
        ("cover_twice",),
    ]
    assert len({file.name for file in made.files}) == 4


def test_a_sheet_scanned_twice_in_a_row_begins_one_file(tmp_path: Path) -> None:
    made = stream(tmp_path / "box", {1: FIRST_CODE, 2: FIRST_CODE}, 4)
    assert parts(made) == [("एफ 11-20/2014/1/9", ["001S", "002S", "003", "004"])]
    assert problems(made) == [()]


def test_a_forged_sheet_parts_but_declares_nothing_and_stays_a_page(tmp_path: Path) -> None:
    made = stream(tmp_path / "box", {1: payload_of(SheetKind.FILE, FIRST)}, 2, key=b"secret")
    assert parts(made) == [("", ["001", "002"])]
    assert problems(made) == [("cover_untrusted",)]


def test_sheets_of_sides_part_a_file_into_its_sides(tmp_path: Path) -> None:
    sheets = {
        1: FIRST_CODE,
        2: payload_of(SheetKind.NOTING),
        4: payload_of(SheetKind.CORRESPONDENCE),
        6: SECOND_CODE,
    }
    made = stream(tmp_path / "box", sheets, 7)
    sides = [[(one.relative[:3], one.side) for one in file.scans] for file in made.files]
    assert sides == [
        [
            ("001", None),
            ("002", "noting"),
            ("003", "noting"),
            ("004", "correspondence"),
            ("005", "correspondence"),
        ],
        [("006", None), ("007", None)],
    ]


def test_sheets_are_compared_with_the_list(tmp_path: Path) -> None:
    unknown = Declared("एफ 9-9/1999/1/1")
    box = tmp_path / "box"
    write(box / "batch.csv", (LIST + ROWS).encode())
    made = stream(box, {1: FIRST_CODE, 3: payload_of(SheetKind.FILE, unknown)}, 4)
    assert problems(made) == [(), ("cover_unannounced",)]
    (left,) = made.ignored
    assert left.relative == "batch.csv:3"
    assert left.facts == {"number": "एफ 11-21/2014/1/9"}


def test_a_list_corrected_after_printing_still_means_the_same_file(tmp_path: Path) -> None:
    box = tmp_path / "box"
    write(box / "batch.csv", (LIST + ROWS.replace("भूमि आवंटन,2", "भूमि का आवंटन,7")).encode())
    made = stream(box, {1: FIRST_CODE, 3: SECOND_CODE}, 4)
    assert problems(made) == [(), ()]
    assert made.files[0].declared is not None
    assert made.files[0].declared.subject == "भूमि का आवंटन"
    assert made.files[0].declared.declared_pages == 7


def test_sheets_inside_a_source_of_many_pages_part_it(tmp_path: Path) -> None:
    from PIL import Image

    sheets = [Image.fromarray(picture(1)) for _ in range(5)]
    path = tmp_path / "stream.tif"
    sheets[0].save(path, "TIFF", save_all=True, append_images=sheets[1:])
    asked: list[tuple[int, ...]] = []

    def codes(_path: Path, _type: str, frames: Sequence[int]) -> Mapping[int, bytes]:
        asked.append(tuple(frames))
        return {0: FIRST_CODE, 3: SECOND_CODE}

    made = scan(path, limits=LIMITS, looking=Looking(unguarded, codes))
    frames = [
        [(frame.index, frame.separator) for one in file.scans for frame in one.frames]
        for file in made.files
    ]
    assert frames == [[(0, True), (1, False), (2, False)], [(3, True), (4, False)]]
    assert asked == [(0, 1, 2, 3, 4)]


def test_a_file_in_a_folder_of_its_own_is_only_looked_at_where_it_begins(tmp_path: Path) -> None:
    box, asked = tmp_path / "box", []
    for place in ("1/1.jpg", "1/2.jpg", "2/1.jpg", "2/2.jpg"):
        write(box / place, jpeg())

    def codes(path: Path, _type: str, _frames: Sequence[int]) -> Mapping[int, bytes]:
        asked.append(path.relative_to(box).as_posix())
        return {0: FIRST_CODE} if path.parent.name == "2" else {}

    made = scan(box, limits=LIMITS, looking=Looking(unguarded, codes))
    assert asked == ["1/1.jpg", "2/1.jpg"]
    assert parts(made) == [("", ["1/1", "1/2"]), ("एफ 11-20/2014/1/9", ["2/1S", "2/2"])]


def test_the_guarded_child_reads_codes_and_survives_what_cannot_be_read(tmp_path: Path) -> None:
    box = tmp_path / "box"
    saved(box / "1.jpg", drawn(FIRST, DPI))
    write(box / "2.jpg", jpeg()[:2000])
    write(box / "3.jpg", jpeg())
    made = scan(box, limits=LIMITS)
    assert parts(made) == [("एफ 11-20/2014/1/9", ["1.jS", "2.j", "3.j"])]


def test_a_list_for_sheets_needs_no_paths_but_names(tmp_path: Path) -> None:
    rows = read_declarations(write(tmp_path / "list.csv", (LIST + ROWS).encode()))
    assert [row.declared for row in rows.all_rows] == [FIRST, SECOND]
    nameless = write(tmp_path / "bad.csv", (LIST + ",भूमि,2,,\n").encode())
    with pytest.raises(InputRejected, match="neither a number"):
        read_declarations(nameless)
