"""Further papers of the correspondence side: applications, endorsements, ruled tables."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.scans.documents import Desk, Printed, letterhead, signature_block
from benchmarks.scans.sheet import Span
from benchmarks.scans.vocabulary import Clerk

# What stands in a column, by its heading; headings that are not here hold amounts.
_LISTS = {
    **dict.fromkeys(["विकासखण्ड", "Block"], "tehsils"),
    "ग्राम का नाम": "villages",
    **dict.fromkeys(["कर्मचारी का नाम", "Name of official", "भूमिस्वामी", "Holder"], "persons"),
    **dict.fromkeys(["पद", "Post"], "staff"),
    **dict.fromkeys(["मद", "Item"], "items"),
}
_SERIAL = ("क्र.", "अ.क्र.", "S. No.", "No.")


def application(desk: Desk) -> Printed:
    """A citizen's request: no letterhead, no number; place and date at the foot."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    sheet.skip(8)
    sheet.line(desk.say("प्रति,", "To,"), style)
    inset = Span(sheet.left + sheet.px(14), sheet.right)
    sheet.row([(desk.say("श्रीमान ", "The ") + clerk.pick("posts") + ",", inset)], style)
    seat = clerk.matter.place
    sheet.row([(desk.say(f"जिला {seat} (म.प्र.)", f"District {seat} (M.P.)"), inset)], style)
    sheet.skip(3)
    subject = clerk.matter.subject + desk.say("।", ".")
    label = desk.say("विषय:-", "Sub:")
    sheet.hanging(label, subject, style.but(bold=True), inset_mm=20)
    sheet.skip(2)
    sheet.line(clerk.pick("salutations"), style)
    requests = [clerk.text(request) for request in clerk.vocabulary["requests"]]
    for part in (requests[:2], requests[2:4], requests[4:]):
        sheet.paragraph(" ".join(part), style, indent_mm=14)
        sheet.skip(2)
    sheet.skip(8)
    day = clerk.day_near(before=20, after=120)
    sheet.pair(clerk.date(day), desk.say("प्रार्थी", "Applicant"), style)
    at = (sheet.right - sheet.px(22), sheet.y + sheet.px(8))
    sheet.skip(12)
    sheet.pair("", f"({clerk.pick('persons')})", style)
    return Printed("correspondence", "application", None, day, clerk.matter.subject, (at,))


def endorsement(desk: Desk) -> Printed:
    """Copies sent on: number, date, a numbered list of who receives them."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    letterhead(desk)
    number = clerk.matter.number if desk.own else clerk.new_number()
    number = desk.sender.number if desk.sender else number
    first = desk.principal or (desk.own and desk.serial == 1)
    day = clerk.matter.date if first else clerk.day_near(after=60)
    sheet.pair(desk.say("पृष्ठांकन ", "Endt. ") + clerk.printed(number), clerk.date(day), style)
    sheet.skip(3)
    sheet.line(desk.say("प्रतिलिपि:-", "Copy forwarded to:-"), style)
    for index, copy in enumerate(clerk.several(clerk.vocabulary["copies"], 7)):
        sheet.hanging(clerk.digits(f"{index + 1}."), copy, style, inset_mm=10)
    sheet.skip(3)
    purpose = desk.say(
        "की ओर सूचनार्थ एवं आवश्यक कार्यवाही हेतु अग्रेषित।", "for information and necessary action."
    )
    sheet.line(purpose, style)
    sheet.paragraph(clerk.pick("closings"), style, indent_mm=14)
    signed = signature_block(desk)
    return Printed("correspondence", "endorsement", number.number, day, None, (signed,))


def annexure(desk: Desk) -> Printed:
    """A ruled table with the subject above it."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    sheet.line(desk.say("परिशिष्ट-", "ANNEXURE-") + clerk.digits(str(desk.serial)), style, "right")
    sheet.line(clerk.matter.subject, style.but(bold=True), "centre")
    sheet.skip(4)
    choices = clerk.vocabulary["columns"]
    ruled(desk, choices[int(clerk.rng.integers(len(choices)))], int(clerk.rng.integers(9, 20)))
    return Printed("correspondence", "annexure", sign_at=(signature_block(desk),))


def bill(desk: Desk) -> Printed:
    """A voucher: items, amounts, the treasury's certificate."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    letterhead(desk)
    day = clerk.day_near(after=90)
    title = clerk.vocabulary["bill_title"]
    sheet.line(title, style.but(bold=True, underline=True), "centre")
    serial = clerk.digits(str(clerk.rng.integers(1, 400)))
    sheet.pair(desk.say("देयक क्रमांक ", "Bill No. ") + serial, clerk.date(day), style)
    sheet.skip(3)
    ruled(desk, clerk.vocabulary["bill_columns"], int(clerk.rng.integers(5, 10)))
    total = desk.say("कुल योग रुपये {amount} मात्र।", "Total Rs. {amount} only.")
    sheet.paragraph(clerk.text(total), style)
    sheet.paragraph(clerk.about("order", 1)[0], style)
    return Printed("correspondence", "bill", None, day, None, (signature_block(desk),))


def land_record(desk: Desk) -> Printed:
    """A page of the village's land register."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    large = style.but(bold=True, size_pt=style.size_pt + 3)
    sheet.line(clerk.vocabulary["land_title"], large, "centre")
    place = desk.say("ग्राम {village} तहसील {tehsil}", "Village {village} Tehsil {tehsil}")
    year = desk.say("वर्ष {fy}", "Year {fy}")
    sheet.pair(clerk.text(place), clerk.text(year), style)
    sheet.skip(3)
    ruled(desk, clerk.vocabulary["land_columns"], int(clerk.rng.integers(14, 24)))
    return Printed("correspondence", "land_record", sign_at=(signature_block(desk),))


def ruled(desk: Desk, columns: list[str], rows: int) -> None:
    """A table over the whole width: heading row, then ``rows`` rows, ruled."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    rest = len(columns) - 2
    shares = [0.14, 0.5 - 0.05 * rest, *[(0.36 + 0.05 * rest) / rest] * rest]
    edges = [sheet.left]
    for share in shares:
        edges.append(edges[-1] + round(share * (sheet.right - sheet.left)))
    spans = [Span(a + sheet.px(2), b - sheet.px(1)) for a, b in pairwise(edges)]
    tops = [sheet.y]
    for row in range(rows + 1):
        cells = [_cell(clerk, row, name) for name in columns] if row else columns
        sheet.skip(0.8)
        sheet.row(list(zip(cells, spans, strict=True)), style.but(bold=not row, pitch=1.45))
        sheet.skip(0.5)
        tops.append(sheet.y)
    sheet.grid(edges, tops)
    sheet.skip(4)


def _cell(clerk: Clerk, row: int, name: str) -> str:
    rng = clerk.rng
    if name in _SERIAL:
        return clerk.digits(f"{row}.")
    if name in _LISTS:
        return str(rng.choice(clerk.vocabulary[_LISTS[name]]))
    if name in ("दिनांक", "Date"):
        return clerk.text("{date}")
    if name in ("रिमार्क", "Remarks"):
        return ""
    if name in ("खसरा क्र.", "Khasra No."):
        return clerk.digits(f"{rng.integers(1, 900)}/{rng.integers(1, 6)}")
    if name in ("रकबा", "Area"):
        return clerk.digits(f"{rng.integers(0, 9)}.{rng.integers(0, 999):03d}")
    if name in ("मात्रा", "Quantity"):
        return clerk.digits(str(rng.integers(1, 60)))
    return clerk.text("{amount}")
