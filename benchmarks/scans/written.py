"""Pages written by hand or written on by hand, and the sheet that parts the sides.

They are made like every other page but come into no box: sides and handwriting are judged on
files of their own (``benchmarks.sides``).
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.scans.documents import Desk, Printed, document
from benchmarks.scans.hands import draw_hand, scribble, write_by_hand
from benchmarks.scans.numbers import short_date
from benchmarks.scans.options import Numbering
from benchmarks.scans.sheet import Span

_NOTES_IN_THE_MARGIN = (1, 4)


def hand_note(desk: Desk) -> Printed:
    """A note-sheet whose notes are all written by hand; its head may be typed."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    if desk.numbering is not Numbering.NONE:
        sheet.line(clerk.digits(f"{desk.serial}/n"), style, "right")
    if desk.serial == 1:
        sheet.line(desk.say("नोटशीट", "NOTE SHEET"), style.but(bold=True, underline=True), "centre")
    signed = []
    while sheet.room_mm > 50:
        hand = draw_hand(clerk.rng, style.face)
        notes = clerk.several(clerk.vocabulary["notes"], int(clerk.rng.integers(1, 4)))
        write_by_hand(sheet, hand, " ".join(notes), clerk.rng, inset_mm=12)
        sheet.skip(12)
        signed.append((sheet.right - sheet.px(32), sheet.y - sheet.px(3)))
        day = clerk.digits(short_date(clerk.day_near(before=30, after=200)))
        scribble(sheet, hand, day, (sheet.right - sheet.px(50), sheet.y), clerk.rng)
        sheet.skip(11)
    return Printed("noting", "note_sheet", sign_at=tuple(signed))


def hand_letter(desk: Desk) -> Printed:
    """A citizen's request, all of it written by hand."""
    sheet, clerk = desk.sheet, desk.clerk
    hand = draw_hand(clerk.rng, desk.style.face)
    write_by_hand(sheet, hand, desk.say("प्रति,", "To,"), clerk.rng)
    write_by_hand(sheet, hand, clerk.pick("posts"), clerk.rng, inset_mm=14)
    sheet.skip(4)
    subject = f"{desk.say('विषय:-', 'Sub:')} {clerk.matter.subject}"
    write_by_hand(sheet, hand, subject, clerk.rng)
    sheet.skip(3)
    for request in clerk.vocabulary["requests"][: int(clerk.rng.integers(3, 7))]:
        if sheet.room_mm < 60:
            break
        write_by_hand(sheet, hand, clerk.text(request), clerk.rng, inset_mm=10)
    sheet.skip(12)
    return Printed(
        "correspondence",
        "application",
        sign_at=((sheet.right - sheet.px(24), sheet.y),),
    )


def marked_letter(desk: Desk) -> Printed:
    """A typed letter on whose margins officers have written: to whom it goes, by when."""
    kind = str(desk.clerk.rng.choice(["letter", "memorandum", "circular"]))
    printed = document(desk, kind)
    sheet, clerk, rng = desk.sheet, desk.clerk, desk.clerk.rng
    for _ in range(int(rng.integers(*_NOTES_IN_THE_MARGIN))):
        hand = replace(draw_hand(rng, desk.style.face), size_mm=float(rng.uniform(4, 6)))
        words = " ".join(clerk.pick("notes").split()[: int(rng.integers(2, 5))])
        low = min(sheet.y + sheet.px(4), sheet.height - sheet.px(20))
        free = [(sheet.left, sheet.px(3)), (sheet.px(90), sheet.px(6)), (sheet.left, low)]
        scribble(sheet, hand, words, free[int(rng.integers(len(free)))], rng)
    return printed


def separator(desk: Desk) -> Printed:
    """A sheet that parts the sides: two or three words, large."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    sheet.skip(float(clerk.rng.uniform(60, 120)))
    words = [
        desk.say("विभाजक पत्रक", "SEPARATOR SHEET"),
        desk.say("पत्राचार भाग", "CORRESPONDENCE SIDE"),
        desk.say("टीप भाग", "NOTE SIDE"),
    ]
    large = style.but(bold=True, size_pt=style.size_pt + 10)
    sheet.row([(words[int(clerk.rng.integers(3))], Span(sheet.left, sheet.right, "centre"))], large)
    return Printed("separator")


WRITTEN_LAYOUTS = {
    "hand_note": hand_note,
    "hand_letter": hand_letter,
    "marked_letter": marked_letter,
    "separator": separator,
}
