"""The note side, the cover, and the sheets with little or nothing on them."""

from __future__ import annotations

from benchmarks.scans import marks
from benchmarks.scans.documents import HEADINGS, Desk, Heading, Printed, letterhead
from benchmarks.scans.numbers import short_date
from benchmarks.scans.options import Numbering
from benchmarks.scans.sheet import Sheet, Span

RULE_RED, RULE_BLUE = (190, 90, 95), (170, 190, 215)


def note_sheet(desk: Desk) -> Printed:
    """Ruled margin, page number n/, short dated notes, each with a hand under it."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    if desk.numbering is not Numbering.NONE:
        sheet.line(clerk.digits(f"{desk.serial}/n"), style, "right")
    number = None
    if desk.serial == 1:
        sheet.line(desk.say("नोटशीट", "NOTE SHEET"), style.but(bold=True, underline=True), "centre")
        sheet.line(clerk.matter.department, style.but(bold=True), "centre")
        number = clerk.matter.number.number
        sheet.line(clerk.printed(clerk.matter.number), style)
        label = desk.say("विषय:-", "Sub:")
        subject = clerk.matter.subject + desk.say("।", ".")
        sheet.hanging(label, subject, style.but(bold=True), inset_mm=18)
    sheet.skip(5)
    signed: list[tuple[int, int]] = []
    day = clerk.matter.date if desk.principal else clerk.day_near(before=30)
    while sheet.room_mm > 55:
        typed = desk.principal and not signed
        signed.append(_note(desk, clerk.digits(short_date(day)), 0.0 if typed else desk.hand))
        day = clerk.day_near(before=10, after=120)
    own = clerk.matter.subject if desk.serial == 1 else None
    return Printed("noting", "note_sheet", number, None, own, tuple(signed))


def _note(desk: Desk, day: str, hand: float) -> tuple[int, int]:
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    if clerk.rng.random() < hand:
        return marks.handwritten(sheet, int(clerk.rng.integers(2, 5)), clerk.rng)
    sentences = clerk.several(clerk.vocabulary["notes"], int(clerk.rng.integers(1, 4)))
    if clerk.rng.random() < 0.4:
        sentences = clerk.about("body", 2) + sentences[:1]
    if clerk.matter.habits.cited and clerk.rng.random() < 0.3:
        lead = desk.say("पत्र ", "Letter ")
        sentences.insert(0, lead + clerk.citation() + desk.say(" प्राप्त हुआ।", " received."))
    sheet.paragraph(" ".join(sentences), style, indent_mm=12)
    sheet.skip(9)
    at = (sheet.right - sheet.px(32), sheet.y - sheet.px(3))
    right = Span(sheet.right - sheet.px(64), sheet.right, "centre")
    sheet.row([(clerk.pick("posts"), right)], style)
    sheet.row([(day, right)], style)
    sheet.skip(4)
    return at


def ruling(sheet: Sheet, *, ledger: bool) -> None:
    """The double margin of note paper; ledger paper has lines across, too."""
    pitch, pen = sheet.px(8.5), max(1, sheet.px(0.15))
    for y in range(sheet.px(22), sheet.height - sheet.px(10), pitch) if ledger else ():
        sheet.draw.line((0, y, sheet.width, y), RULE_BLUE, pen)
    for mm in (0.0, 1.4):
        x = sheet.left - sheet.px(6 - mm)
        sheet.draw.line((x, 0, x, sheet.height), RULE_RED, max(1, sheet.px(0.3)))


def cover(desk: Desk) -> Printed:
    """The face of the nasti: office, number, subject, opening date, class."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    matter = clerk.matter
    sheet.skip(18)
    letterhead(desk)
    sheet.skip(12)
    title = desk.say("नस्ती", "FILE COVER")
    sheet.line(title, style.but(bold=True, size_pt=style.size_pt + 8), "centre")
    sheet.skip(10)
    facts = [
        (desk.say("नस्ती क्रमांक", "File No."), clerk.bare(matter.number)),
        (desk.say("विषय", "Subject"), matter.subject),
        (desk.say("प्रारंभ", "Opened"), clerk.date(matter.date)),
        (desk.say("अभिलेख वर्ग", "Class"), str(clerk.rng.choice(list(desk.say("कखग", "ABC"))))),
    ]
    large = style.but(size_pt=style.size_pt + 2, pitch=1.7)
    for label, value in facts:
        sheet.hanging(f"{label} :", value, large, inset_mm=48)
        sheet.skip(4)
    return Printed("cover", "cover", matter.number.number, matter.date, matter.subject)


def blank(desk: Desk) -> Printed:
    """Nothing."""
    return Printed("blank")


def near_blank(desk: Desk) -> Printed:
    """A page number, a seal, or three words: little, but not nothing."""
    sheet, clerk = desk.sheet, desk.clerk
    if clerk.rng.random() < 0.25:
        marks.seal(sheet, clerk.pick("stamps"), desk.style, clerk.rng)
        return Printed("correspondence")
    text = clerk.pick("near_blank")
    if clerk.rng.random() < 0.5:
        sheet.skip(float(clerk.rng.uniform(30, 0.75 * sheet.room_mm)))
    sheet.line(text, desk.style, str(clerk.rng.choice(["centre", "right"])))
    return Printed("correspondence")


def slip(desk: Desk, kind: str) -> Printed:
    """A small page of two dozen words, for runs in which only the number of pages matters."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    matter = clerk.matter
    heading = HEADINGS.get(kind, Heading())
    if kind == "note_sheet":
        sheet.line(clerk.digits(f"{desk.serial}/n"), style, "right")
    sheet.line(matter.department, style.but(bold=True), "centre")
    if heading.title_hi:
        sheet.line(desk.say(heading.title_hi, heading.title_en), style.but(bold=True), "centre")
    sheet.line(matter.number.printed, style)
    sheet.line(clerk.date(matter.date), style)
    sheet.hanging(
        desk.say("विषय:-", "Sub:"), matter.subject + desk.say("।", "."), style, inset_mm=15
    )
    sheet.skip(3)
    sheet.paragraph(clerk.pick("notes"), style)
    side = {"note_sheet": "noting", "cover": "cover"}.get(kind, "correspondence")
    return Printed(side, kind, matter.number.number, matter.date, matter.subject)
