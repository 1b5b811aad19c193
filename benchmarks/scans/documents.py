"""The correspondence side: how each kind of document is laid out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from benchmarks.scans.habits import next_number
from benchmarks.scans.numbers import FileNumber
from benchmarks.scans.options import Numbering
from benchmarks.scans.sheet import Sheet, Span, Style
from benchmarks.scans.vocabulary import COLLECTORATE, Clerk, Matter


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page is written with: sheet, clerk, type; whether it bears the file's own number."""

    sheet: Sheet
    clerk: Clerk
    style: Style
    own: bool = True
    serial: int = 1  # place of the page on its side, from 1
    hand: float = 0.0  # share of notes written by hand
    numbering: Numbering = Numbering.NOTES
    sender: Matter | None = None  # another office, whose letter the page is
    principal: bool = False  # the page that gives the file its date

    @property
    def writer(self) -> Matter:
        """The office that wrote the page."""
        return self.sender or self.clerk.matter

    def say(self, hindi: str, english: str) -> str:
        """The wording in the language of the file."""
        return hindi if self.clerk.matter.hindi else english


@dataclass(frozen=True, slots=True)
class Printed:
    """What a page says about itself; ``sign_at`` is where a signature belongs, pixels."""

    side: str
    document_type: str | None = None
    file_number: str | None = None
    date: dt.date | None = None
    subject: str | None = None
    sign_at: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """The words that make a document's kind, and how long it runs."""

    title_hi: str = ""
    title_en: str = ""
    paragraphs: tuple[int, int] = (2, 3)
    orders: bool = False  # says what is ordered rather than asked
    addressed: bool = True
    copies: bool = True


HEADINGS = {
    "letter": Heading(paragraphs=(2, 4)),
    "order": Heading("// आदेश //", "ORDER", orders=True, addressed=False),
    "circular": Heading("// परिपत्र //", "CIRCULAR", paragraphs=(3, 4)),
    "memorandum": Heading("ज्ञापन", "MEMORANDUM"),
    "notification": Heading("अधिसूचना", "NOTIFICATION", orders=True, addressed=False),
    "report": Heading("प्रतिवेदन", "REPORT", paragraphs=(3, 5), addressed=False, copies=False),
}

# How a reference names the paper whose number follows.
_LEADS = {
    "hi": [
        "इस कार्यालय का पत्र", "शासन का परिपत्र", "आपका पत्र", "कलेक्टर का प्रतिवेदन",
        "वित्त विभाग का ज्ञापन",
    ],
    "en": [
        "This office letter", "Your letter", "Government circular", "Letter of the Collector,",
    ],
}  # fmt: skip


def document(desk: Desk, kind: str) -> Printed:
    """Lay out a letter, order, circular … and say what it bears."""
    heading, sheet, clerk, style = HEADINGS[kind], desk.sheet, desk.clerk, desk.style
    if desk.numbering is Numbering.BOTH:
        sheet.line(clerk.digits(f"{desk.serial}/c"), style, "right")
    number, day = _number_and_day(desk)
    letterhead(desk)
    writer = desk.writer
    seat = desk.say("भोपाल", "Bhopal") if writer.office == "secretariat" else writer.place
    number_line(desk, clerk.printed(number), f"{seat}, {clerk.date(day)}")
    sheet.skip(2.5)
    title = desk.say(heading.title_hi, heading.title_en)
    if title:
        sheet.line(title, style.but(bold=True, size_pt=style.size_pt + 2, underline=True), "centre")
        sheet.skip(1.5)
    if heading.addressed:
        address(desk)
    subject_line(desk)
    if heading.addressed:
        sheet.line(clerk.pick("salutations"), style)
        sheet.skip(1)
    _body(desk, heading)
    signed = [signature_block(desk)]
    if heading.copies and sheet.room_mm > 62:
        signed.append(_copies(desk, number, day))
    return Printed("correspondence", kind, number.number, day, clerk.matter.subject, tuple(signed))


def letterhead(desk: Desk) -> None:
    """Government, department, seat; or the collector's office."""
    matter, sheet, style = desk.writer, desk.sheet, desk.style
    if matter.department_code == COLLECTORATE:
        name = matter.department if matter.hindi else matter.department.upper()
        branch = ["(राजस्व शाखा)"] if matter.office == "revenue" else []
        lines = [f"{name} {desk.say('(म.प्र.)', '(M.P.)')}", *branch]
    elif matter.hindi:
        lines = ["मध्यप्रदेश शासन", matter.department, "मंत्रालय, भोपाल"]
    else:
        lines = ["GOVERNMENT OF MADHYA PRADESH", matter.department, "Mantralaya, Bhopal"]
    big = style.but(size_pt=style.size_pt + 3.5, bold=True, pitch=1.45)
    for text in lines:
        sheet.line(text, big, "centre")
        big = style.but(size_pt=style.size_pt + 1, bold=True, pitch=1.45)
    sheet.skip(3)


def signature_block(desk: Desk) -> tuple[int, int]:
    """Name and post in the right half; returns where the hand signs, in pixels."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    sheet.skip(13)
    right_half = Span((sheet.left + sheet.right) // 2, sheet.right, "centre")
    at = ((right_half.x0 + right_half.x1) // 2, sheet.y - sheet.px(5))
    sheet.row([(f"({clerk.pick('persons')})", right_half)], style)
    sheet.row([(clerk.pick("posts"), right_half)], style)
    office = desk.say("मध्यप्रदेश शासन", "Government of Madhya Pradesh")
    sheet.row([(office, right_half)], style)
    return at


def _number_and_day(desk: Desk) -> tuple[FileNumber, dt.date]:
    matter, clerk = desk.clerk.matter, desk.clerk
    if desk.sender:
        return desk.sender.number, clerk.day_near(before=60, after=90)
    if desk.principal or (desk.own and desk.serial == 1):
        return matter.number, matter.date
    if matter.habits.varied:
        return matter.number, clerk.day_near(after=90)
    return matter.number if desk.own else clerk.new_number(), clerk.day_near(before=40, after=90)


def address(desk: Desk) -> None:
    """To whom the page goes."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    sheet.line(desk.say("प्रति,", "To,"), style)
    inset = Span(sheet.left + sheet.px(14), sheet.right)
    place = str(clerk.rng.choice(clerk.vocabulary["places"]))
    sheet.row([(clerk.pick("posts") + ",", inset)], style)
    sheet.row([(desk.say(f"जिला {place} (म.प्र.)", f"District {place} (M.P.)"), inset)], style)
    sheet.skip(2)


def subject_line(desk: Desk) -> None:
    """The subject, and what the page refers to if it answers the file's own letter."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    label = desk.say(
        str(clerk.rng.choice(["विषय:-", "विषय :"])), str(clerk.rng.choice(["Sub:", "Subject:-"]))
    )
    full_stop = desk.say("।", ".")
    sheet.hanging(label, clerk.matter.subject + full_stop, style.but(bold=True), inset_mm=20)
    if not desk.own:
        cited = f"{clerk.bare(clerk.matter.number)} {clerk.date(clerk.matter.date)}{full_stop}"
        lead = desk.say("आपका पत्र क्रमांक", "Your letter No.")
        sheet.hanging(desk.say("संदर्भ:-", "Ref:"), f"{lead} {cited}", style, inset_mm=20)
    elif clerk.matter.habits.cited:
        _references(desk)
    sheet.skip(2.5)


def _references(desk: Desk) -> None:
    """What other papers the page refers to, under its subject."""
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    leads = _LEADS["hi" if clerk.matter.hindi else "en"]
    count = int(clerk.rng.integers(0, clerk.matter.habits.cited + 1))
    for index in range(count):
        label = desk.say("संदर्भ:-", "Ref:") if index == 0 else ""
        serial = clerk.digits(f"{index + 1}. ") if count > 1 else ""
        text = f"{serial}{clerk.rng.choice(leads)} {clerk.citation()}"
        sheet.hanging(label, text + desk.say("।", "."), style, inset_mm=20)


def number_line(desk: Desk, number: str, day: str) -> None:
    """Number at the left, date at the right; a number may go on in the line below."""
    sheet, style = desk.sheet, desk.style
    at = number.rfind("/") + 1
    if at > 8 and desk.clerk.is_broken():
        sheet.pair(number[:at], day, style)
        sheet.line(number[at:], style)
        return
    sheet.pair(number, day, style)


def _body(desk: Desk, heading: Heading) -> None:
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    count = int(clerk.rng.integers(heading.paragraphs[0], heading.paragraphs[1] + 1))
    about = clerk.about("body", 2 * count)
    common = clerk.several(clerk.vocabulary["common"], count)
    first = clerk.about("order", 2) if heading.orders else [clerk.pick("openings")]
    mixed = clerk.matter.language == "mixed"
    for index in range(count):
        sentences = [*about[2 * index : 2 * index + 2], common[index]]
        text = " ".join([*first, *sentences] if index == 0 else sentences)
        if mixed and index == 1:
            text = clerk.english_aside()
        elif clerk.matter.habits.cited and clerk.rng.random() < 0.3:
            text += desk.say(" इस संबंध में पत्र ", " Please see letter ") + clerk.citation()
            text += desk.say(" भी देखा जावे।", " also.")
        marker = clerk.digits(f"{index + 1}. ") if index else ""
        if sheet.room_mm < 75:
            break
        sheet.paragraph(marker + text, style, indent_mm=14)
        sheet.skip(2)
    if not heading.orders:
        sheet.paragraph(clerk.pick("closings"), style, indent_mm=14)
    elif clerk.matter.hindi:
        line = "मध्यप्रदेश के राज्यपाल के नाम से तथा आदेशानुसार,"
        sheet.row([(line, Span(sheet.left + sheet.px(60), sheet.right))], style)
    else:
        line = "By order and in the name of the Governor of Madhya Pradesh,"
        sheet.row([(line, Span(sheet.left + sheet.px(30), sheet.right))], style)


def _copies(desk: Desk, number: FileNumber, day: dt.date) -> tuple[int, int]:
    sheet, clerk, style = desk.sheet, desk.clerk, desk.style
    sheet.skip(3)
    running = desk.writer.office in ("district", "revenue") and clerk.matter.habits.varied
    copied = next_number(number) if running else number
    endorsed = desk.say("पृष्ठांकन ", "Endt. ") + clerk.printed(copied)
    sheet.pair(endorsed, clerk.date(day), style)
    sheet.line(desk.say("प्रतिलिपि:-", "Copy to:-"), style)
    for index, copy in enumerate(clerk.several(clerk.vocabulary["copies"], 5)):
        if sheet.room_mm < 42:
            break
        sheet.hanging(clerk.digits(f"{index + 1}."), copy, style, inset_mm=9)
    return signature_block(desk)
