"""How surely cover sheets are found: printed, aged, dirtied, turned, scanned, and looked for.

    python -m benchmarks.covers --sheets 2000 --out reports

Sheets are drawn by the product, printed at the scanner's resolution and aged by the scan maker;
every third one gets dirt on its code as well: a blot, a stroke of a pen, a tear, a fold. Between
them lie ordinary pages, some with a foreign QR code on them, that must not be taken for sheets.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import segno
from numpy.typing import NDArray

from benchmarks.scans import ageing
from benchmarks.scans.maker import JUDGING_FACES, KINDS, Ageing, PageOptions, Paper, make_page
from ingest.codes import cover_code
from ingest.cover_payload import sheet_in
from ingest.cover_sheet import sheets_pdf
from ingest.limits import Limits
from ingest.manifest import Declared
from ingest.media import JPEG

Pixels = NDArray[np.uint8]
_WORDS = (
    "भूमि आवंटन", "अतिक्रमण हटाने", "पेंशन प्रकरण", "स्थानांतरण आदेश", "निर्माण कार्य",
    "अनुकंपा नियुक्ति", "उपयोगिता प्रमाण पत्र", "नामांतरण", "विभागीय जाँच", "छात्रवृत्ति",
)  # fmt: skip
_WEARS = (Ageing.LIGHT, Ageing.OFFICE, Ageing.OFFICE, Ageing.HARD)


@dataclass
class Tally:
    """What came of the sheets and of the pages between them."""

    sheets: int = 0
    found: int = 0
    wrong: int = 0
    missed: list[str] = field(default_factory=list)
    pages: int = 0
    false_splits: int = 0
    sheet_cpu_ms: float = 0.0
    page_cpu_ms: float = 0.0
    by_wear: dict[str, list[int]] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make, look, count, and write ``covers.json``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sheets", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--dpi", type=int, default=200, help="resolution of the made scans")
    parser.add_argument("--seed", type=int, default=70_001)
    parser.add_argument("--out", type=Path, default=Path("reports"))
    asked = parser.parse_args(arguments)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.jpg"
        for number in range(asked.sheets):
            _one_sheet(path, asked.seed + number, asked.dpi, tally)
            if number % 100 == 99:
                print(f"{number + 1} sheets, {len(tally.missed)} missed", flush=True)
        for number in range(asked.pages):
            _one_page(path, asked.seed + number, asked.dpi, tally)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "covers.json").write_text(json.dumps(asdict(tally), indent=1, ensure_ascii=False))
    print(
        f"{tally.found}/{tally.sheets} sheets found, {tally.wrong} with wrong words, "
        f"{tally.false_splits}/{tally.pages} other pages taken for sheets; "
        f"{tally.sheet_cpu_ms / max(1, tally.sheets):.0f} ms a sheet, "
        f"{tally.page_cpu_ms / max(1, tally.pages):.0f} ms a page"
    )


def drawn(declared: Declared, dpi: int) -> Pixels:
    """A sheet as it comes out of the printer, RGB."""
    document = pypdfium2.PdfDocument(sheets_pdf([declared]))
    try:
        picture = document[0].render(scale=dpi / 72, rev_byteorder=True, prefer_bgrx=False)
        return np.array(picture.to_numpy()[..., :3])
    finally:
        document.close()


def file_of(rng: np.random.Generator) -> Declared:
    """A file as the list of an office has it."""
    subject = f"{rng.choice(_WORDS)} एवं {rng.choice(_WORDS)} के संबंध में, ग्राम {rng.integers(999)}"
    head, serial, year = rng.integers(1, 40), rng.integers(1, 99), rng.integers(1960, 2024)
    return Declared(
        file_number=f"एफ {head}-{serial}/{year}/1/{rng.integers(1, 30)}",
        subject=subject,
        department="सामान्य प्रशासन विभाग",
        declared_pages=int(rng.integers(1, 400)),
        location=f"रैक {rng.integers(1, 40)} / बस्ता {rng.integers(1, 90)}",
        retention_class=str(rng.choice(list("कखग"))),
        computer_number=str(rng.integers(100_000, 9_999_999)),
    )


def scanned(sheet: Pixels, seed: int, dpi: int) -> tuple[Pixels, str]:
    """The sheet after its life in the record room, and how hard that was."""
    rng = np.random.default_rng((seed, 1))
    wear = _WEARS[int(rng.integers(len(_WEARS)))]
    dirty = seed % 3 == 0
    if dirty:
        _dirty(sheet, rng)
    paper = (Paper.WHITE, Paper.CREAM, Paper.YELLOWED)[int(rng.integers(3))]
    lying = ageing.Scan(
        dpi, paper, ageing.WEAR[wear], float(rng.uniform(-6, 6)), (seed, 2), (seed, 3)
    )
    aged = ageing.age(sheet, None, lying)
    turned = np.rot90(aged, int(rng.integers(4)))
    return np.ascontiguousarray(turned), f"{wear}{' dirty' if dirty else ''}"


def _dirty(sheet: Pixels, rng: np.random.Generator) -> None:
    """A blot, a stroke, a white tear or a dark fold somewhere on the upper code, in place."""
    height, width = sheet.shape[:2]
    x, y = int(rng.uniform(0.3, 0.7) * width), int(rng.uniform(0.08, 0.36) * height)
    kind, size = int(rng.integers(4)), width // 40
    if kind == 0:
        cv2.circle(sheet, (x, y), int(rng.uniform(1, 2.5) * size), (60, 40, 50), -1)
    elif kind == 1:
        end = int(rng.uniform(0.2, 0.8) * width), int(rng.uniform(0.05, 0.4) * height)
        cv2.line(sheet, (x, y), end, (90, 40, 30), max(2, size // 4))
    elif kind == 2:
        corners = np.array([[x, y], [x + 3 * size, y + size], [x + size, y + 3 * size]])
        cv2.fillPoly(sheet, [corners], (250, 250, 250))
    else:
        cv2.line(sheet, (0, y), (width, y + size), (120, 110, 100), max(2, size // 6))


def _one_sheet(path: Path, seed: int, dpi: int, tally: Tally) -> None:
    declared = file_of(np.random.default_rng((seed, 0)))
    picture, how = scanned(drawn(declared, dpi), seed, dpi)
    payload, spent = _looked_at(path, picture)
    sheet = sheet_in(payload) if payload else None
    tally.sheets += 1
    tally.sheet_cpu_ms += spent
    counts = tally.by_wear.setdefault(how, [0, 0])
    counts[1] += 1
    if sheet is None:
        tally.missed.append(f"{seed} {how}")
    elif sheet.declared == declared:
        tally.found += 1
        counts[0] += 1
    else:
        tally.wrong += 1


def _one_page(path: Path, seed: int, dpi: int, tally: Tally) -> None:
    kinds = [kind for kind in KINDS if kind != "blank"]
    options = PageOptions(dpi=dpi, typefaces=JUDGING_FACES)
    picture = make_page(kinds[seed % len(kinds)], seed, options=options).image.copy()
    if seed % 4 == 0:
        _stick_on(picture, f"upi://pay?pa=office{seed}@bank&am=100", dpi)
    payload, spent = _looked_at(path, picture)
    tally.pages += 1
    tally.page_cpu_ms += spent
    tally.false_splits += payload is not None


def _stick_on(picture: Pixels, text: str, dpi: int) -> None:
    """A foreign code of 25 mm in the lower corner, in place."""
    modules = np.array(list(segno.make(text).matrix_iter(border=2)), np.uint8)
    size = round(25 / 25.4 * dpi)
    code = cv2.resize(255 * (1 - modules), (size, size), interpolation=cv2.INTER_NEAREST)
    picture[-2 * size : -size, size : 2 * size] = code[..., None]


def _looked_at(path: Path, picture: Pixels) -> tuple[bytes | None, float]:
    cv2.imwrite(str(path), picture[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, 75))
    before = time.process_time()
    payload = cover_code(path, media_type=JPEG, frame=0, limits=Limits())
    return payload, 1000 * (time.process_time() - before)


if __name__ == "__main__":
    main()
