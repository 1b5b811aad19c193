"""Papers that lie in files now and then and are hard to set upright and level.

They are made like every other page but come into no box: they are for judging how a page is
turned, levelled and scaled.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.scans import marks
from benchmarks.scans.documents import Desk, Printed, letterhead, signature_block, subject_line
from benchmarks.scans.forms import ruled
from benchmarks.scans.sheet import A4_MM, BLACK_INK, Sheet, Span, Style, words
from benchmarks.scans.truth import Box, LineTruth

_SIDEWAYS_MM = 11.0  # how far from the sheet's edge a note on its side begins


def one_word(desk: Desk) -> Printed:
    """A single word or number, anywhere."""
    sheet, clerk = desk.sheet, desk.clerk
    choices = ["near_blank", "posts", "places", "staff"]
    word = clerk.pick(str(clerk.rng.choice(choices))).split()[0]
    sheet.skip(float(clerk.rng.uniform(0, 0.9 * sheet.room_mm)))
    style = desk.style.but(size_pt=float(clerk.rng.uniform(11, 18)))
    sheet.line(word, style, str(clerk.rng.choice(["left", "centre", "right"])))
    return Printed("correspondence")


def few_words(desk: Desk) -> Printed:
    """A single line of some words."""
    sheet, clerk = desk.sheet, desk.clerk
    sheet.skip(float(clerk.rng.uniform(0, 0.9 * sheet.room_mm)))
    sheet.line(" ".join(words(clerk.pick("notes"))[:8]), desk.style)
    return Printed("correspondence")


def short_note(desk: Desk) -> Printed:
    """Two sentences and who signed."""
    desk.sheet.skip(float(desk.clerk.rng.uniform(0, 120)))
    desk.sheet.paragraph(
        " ".join(desk.clerk.several(desk.clerk.vocabulary["notes"], 2)), desk.style
    )
    return Printed("correspondence", sign_at=(signature_block(desk),))


def small_print(desk: Desk) -> Printed:
    """A printed circular in 7 to 8 points."""
    fine = desk.style.but(size_pt=float(desk.clerk.rng.choice([7.0, 7.5, 8.0])), pitch=1.5)
    letterhead(replace(desk, style=fine))
    for _ in range(6):
        desk.sheet.paragraph(_prose(desk), fine, indent_mm=8)
        desk.sheet.skip(2)
    return Printed("correspondence")


def fine_print(desk: Desk) -> Printed:
    """Ordinary type above, a block of conditions in 7 points below."""
    sheet = desk.sheet
    letterhead(desk)
    subject_line(desk)
    for _ in range(2):
        sheet.paragraph(_prose(desk), desk.style, indent_mm=14)
    sheet.skip(8)
    fine = desk.style.but(size_pt=7.0, pitch=1.5)
    for _ in range(3):
        sheet.paragraph(_prose(desk), fine)
    return Printed("correspondence")


def landscape(desk: Desk) -> Printed:
    """A wide table on a sheet that is wider than tall."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    sheet.line(clerk.matter.subject, style.but(bold=True), "centre")
    sheet.skip(4)
    choices = clerk.vocabulary["columns"]
    columns = choices[int(clerk.rng.integers(len(choices)))]
    ruled(desk, [*columns, *columns[-2:]], int(clerk.rng.integers(9, 14)))
    return Printed("correspondence", sign_at=(signature_block(desk),))


def margin_note(desk: Desk) -> Printed:
    """A letter with a typed note on its side in the margin."""
    sheet, clerk = desk.sheet, desk.clerk
    letterhead(desk)
    subject_line(desk)
    for _ in range(2):
        sheet.paragraph(_prose(desk), desk.style, indent_mm=14)
    signed = signature_block(desk)
    _on_its_side(desk, " ".join(clerk.several(clerk.vocabulary["notes"], 2)))
    return Printed("correspondence", sign_at=(signed,))


def village_map(desk: Desk) -> Printed:
    """Boundaries of fields, their numbers, a river, a title and a few names."""
    sheet, clerk, style, rng = desk.sheet, desk.clerk, desk.style, desk.clerk.rng
    large = style.but(bold=True, size_pt=style.size_pt + 3)
    sheet.line(
        desk.say("नजरी नक्शा ग्राम ", "Village map ") + clerk.text("{village}"), large, "centre"
    )
    across, down = int(rng.integers(4, 7)), int(rng.integers(5, 9))
    spread = sheet.px(8)
    x = np.linspace(sheet.left, sheet.right, across + 1)
    y = np.linspace(sheet.y + sheet.px(10), sheet.height - sheet.px(30), down + 1)
    corners = np.stack(np.meshgrid(x, y), 2) + rng.uniform(
        -spread, spread, (down + 1, across + 1, 2)
    )
    pen = max(1, sheet.px(0.3))
    for row in (*corners, *np.swapaxes(corners, 0, 1)):
        sheet.draw.line([(float(a), float(b)) for a, b in row], BLACK_INK, pen)
    small = style.but(size_pt=9.0)
    for row in range(down):
        sheet.y = int(corners[row : row + 2, :, 1].mean()) - sheet.px(2)
        cells = [
            (_plot(desk), _around(float(corners[row : row + 2, k : k + 2, 0].mean()), sheet))
            for k in range(across)
            if rng.random() < 0.8
        ]
        sheet.row(cells, small)
    sheet.y = sheet.height - sheet.px(22)
    sheet.line(clerk.text(desk.say("तहसील {tehsil}", "Tehsil {tehsil}")), style, "right")
    return Printed("correspondence")


def drawing(desk: Desk) -> Printed:
    """A builder's sketch: oblique lines, circles, dimensions; some lines of text below."""
    sheet, rng = desk.sheet, desk.clerk.rng
    sheet.line(desk.clerk.matter.subject, desk.style.but(bold=True), "centre")
    low, high = sheet.y + sheet.px(5), sheet.y + sheet.px(float(rng.uniform(80, 150)))
    angle = float(rng.uniform(-40, 40))
    turn = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    middle = np.array([sheet.width / 2, (low + high) / 2])
    for _ in range(int(rng.integers(12, 30))):
        start = np.array([rng.uniform(sheet.left, sheet.right), rng.uniform(low, high)])
        along = turn if rng.random() < 0.7 else np.array([-turn[1], turn[0]])
        end = start + along * sheet.px(float(rng.uniform(-60, 60)))
        ends = [(float(p[0]), float(np.clip(p[1], low, high))) for p in (start, end)]
        sheet.draw.line(ends, BLACK_INK, max(1, sheet.px(0.35)))
    for _ in range(4):
        radius = sheet.px(float(rng.uniform(4, 25)))
        x, y = middle + rng.uniform(-sheet.px(40), sheet.px(40), 2)
        box = (x - radius, y - radius, x + radius, y + radius)
        sheet.draw.ellipse(box, outline=BLACK_INK, width=max(1, sheet.px(0.35)))
    sheet.y = high + sheet.px(6)
    for _ in range(2):
        sheet.paragraph(_prose(desk), desk.style, indent_mm=14)
    return Printed("correspondence")


def seals(desk: Desk) -> Printed:
    """A few lines under three large seals."""
    sheet, clerk = desk.sheet, desk.clerk
    subject_line(desk)
    sheet.paragraph(_prose(desk), desk.style, indent_mm=14)
    for _ in range(3):
        marks.seal(sheet, clerk.pick("stamps"), desk.style, clerk.rng)
        sheet.skip(35)
    return Printed("correspondence")


def seal_only(desk: Desk) -> Printed:
    """Nothing but a seal."""
    desk.sheet.skip(float(desk.clerk.rng.uniform(20, 180)))
    marks.seal(desk.sheet, desk.clerk.pick("stamps"), desk.style, desk.clerk.rng)
    return Printed("correspondence")


def sheet_for(kind: str, dpi: int) -> Sheet | None:
    """The sheet of a kind that does not stand on upright A4."""
    return Sheet(dpi, size_mm=A4_MM[::-1]) if kind == "landscape" else None


def _prose(desk: Desk) -> str:
    clerk = desk.clerk
    return " ".join([*clerk.about("body", 2), *clerk.several(clerk.vocabulary["common"], 2)])


def _plot(desk: Desk) -> str:
    return desk.clerk.digits(f"{desk.clerk.rng.integers(1, 900)}")


def _around(x: float, sheet: Sheet) -> Span:
    half = sheet.px(10)
    return Span(round(x) - half, round(x) + half, "centre")


def _on_its_side(desk: Desk, text: str) -> None:
    """Set text in the left margin, read from the foot of the sheet upwards."""
    sheet = desk.sheet
    lying = Sheet(sheet.dpi, size_mm=(160.0, 14.0), left_mm=1.0)
    lying.y = 0
    lying.paragraph(text, _note_style(desk.style))
    strip = lying.image.transpose(Image.Transpose.ROTATE_90)
    at = (sheet.px(_SIDEWAYS_MM - 5), sheet.px(70))
    sheet.image.paste(strip, at)
    sheet.draw = ImageDraw.Draw(sheet.image)
    box = cv2.boundingRect((np.asarray(strip.convert("L")) < 128).astype(np.uint8))
    joined = " ".join(words(text))
    x, y = at[0] + box[0], at[1] + box[1]
    sheet.marks.append(LineTruth(joined, Box(x, y, x + box[2], y + box[3])))


def _note_style(style: Style) -> Style:
    return style.but(size_pt=10.0, pitch=1.4, justify=False)


ODD_LAYOUTS = {
    "one_word": one_word,
    "few_words": few_words,
    "short_note": short_note,
    "small_print": small_print,
    "fine_print": fine_print,
    "landscape": landscape,
    "margin_note": margin_note,
    "village_map": village_map,
    "drawing": drawing,
    "seals": seals,
    "seal_only": seal_only,
}
