"""What a cell does with one page: take it out, judge its text, have it read, check the result.

Everything that touches the foreign PDF is here; recognising is asked for, because the engine
and its model live on the other side of the line.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pikepdf.pdfa
import pypdfium2 as pdfium

from ocr import existing_text, one_page, page_ink, pdf_sight
from ocr.description import Description, describe
from ocr.existing_text import Judgement, Place, Trust
from ocr.page import GrayImage, PageImage, PageText
from ocr.page_json import as_json, from_json
from ocr.pdf_sight import Glyph
from ocr.text_page import Lie, write_text_page

Ask = Callable[[Mapping[str, Any]], dict[str, Any]]

_ONLY_IN_ITS_FILE = {"hidden_layers", "copy_differs"}  # what is seen of such pages is seen there
_RANDOM_PREFIX, _PLAIN_PREFIX = "/OCR-", "/WrittenText"
_AGREES = 0.75  # how alike a hidden layer and our own reading of a few lines must be
_LOST_SHARE, _LEFT_SHARE = 0.005, 0.02  # of the words, by search and left from an old layer
_UNCOVERED_LEAST, _UNCOVERED_SHARE = 15, 0.1  # letters outside all words that call for reading


def load() -> None:
    """Import what every page needs, once, before the forks."""
    import ocr.ocrmypdf_plugin  # noqa: F401


class Undrawable(Exception):
    """No page, or no library can draw it."""


class _MustDraw(Exception):
    """The page cannot stay as it is; ``str()`` says why.

    Attributes:
        complete: its text is good and says all there is to say all the same.
    """

    complete = False


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One page of one file, as it is to be looked at."""

    path: Path
    index: int = 0
    turn_cw_deg: int = 0

    def draw(self, size_px: tuple[int, int], *, colour: bool) -> PageImage:
        with pdf_sight.opened(self.path, self.index) as page:
            page.set_rotation((page.get_rotation() + self.turn_cw_deg) % 360)
            return pdf_sight.draw(page, size_px, colour=colour)


@dataclass(frozen=True, slots=True)
class _Job:
    """What was ordered.

    Args:
        source: the foreign PDF.
        index: its page, from 0.
        workdir: where files go.
        max_pixels: the largest picture.
        dpi: resolution of pictures, lower where the page is too large for it.
    """

    source: Path
    index: int
    workdir: Path
    max_pixels: int
    dpi: float

    def place(self, width_pt: float, height_pt: float) -> Place:
        """The picture of a page of this size."""
        most_dpi = (self.max_pixels / (width_pt * height_pt)) ** 0.5 * 72
        dpi = min(self.dpi, most_dpi)
        width, height = (max(1, int(pt * dpi / 72 + 0.5)) for pt in (width_pt, height_pt))
        return Place(width, height, dpi)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A page taken out of its file, and the text that it carries."""

    path: Path
    place: Place
    turn_cw_deg: int
    visible: tuple[Judgement, PageText]
    hidden: tuple[Judgement, PageText]
    glyphs: tuple[Glyph, ...]
    switchable: bool


def work(order: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """Carry out one order and say what came of it.

    Args:
        order: ``source``, ``page``, ``workdir``, ``max_pixels``, ``dpi``, and ``draw``: why the
            page is only to be drawn, or empty.
        ask: puts a question to the other side: ``sample`` (do these lines say this?) or
            ``read`` (read this picture, write its text layer).

    Returns:
        ``pdf`` (path of the finished page) or ``picture`` (path of an array) with ``why``;
        ``turn`` that was applied; the text, if all of it is ``kept`` or some of it ``visible``.
    """
    job = _Job(
        Path(order["source"]), int(order["page"]), Path(order["workdir"]),
        int(order["max_pixels"]), float(order["dpi"]),
    )  # fmt: skip
    if order["draw"]:
        return _drawn(job, None, _MustDraw(str(order["draw"])))
    try:
        standing = _take_out(job)
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, pdfium.PdfiumError):
        return _drawn(job, None, _MustDraw("damaged"))
    try:
        return _layered(job, standing, ask)
    except _MustDraw as reason:
        return _drawn(job, standing, reason)


# ---- taking out ------------------------------------------------------------------------------


def _take_out(job: _Job) -> _Standing:
    path = job.workdir / "page.pdf"
    single = one_page.extract(job.source, job.index)
    one_page.save(single.pdf, path)
    glyphs = _glyphs(path)
    turn = existing_text.upright_turn(glyphs)
    if turn:
        single = one_page.extract(job.source, job.index, turn_cw_deg=turn)
        one_page.save(single.pdf, path)
        glyphs = _glyphs(path)
    place = job.place(single.width_pt, single.height_pt)
    visible = [g for g in glyphs if g.put_in or not g.hidden]
    hidden = [g for g in glyphs if g.put_in or g.hidden]
    return _Standing(
        path,
        place,
        turn,
        (existing_text.judge(visible), existing_text.page_text(visible, place)),
        (existing_text.judge(hidden), existing_text.page_text(hidden, place)),
        tuple(glyphs),
        single.switchable,
    )


def _glyphs(path: Path) -> list[Glyph]:
    with pdf_sight.opened(path, 0) as page:
        return pdf_sight.glyphs(page)


# ---- layering --------------------------------------------------------------------------------


def _layered(job: _Job, standing: _Standing, ask: Ask) -> dict[str, Any]:
    if standing.switchable:
        raise _MustDraw("hidden_layers")
    small = _small_picture(_Leaf(standing.path), standing.place)
    if not _whole(job, standing, small):
        raise _MustDraw("copy_differs")
    if standing.visible[0].trust is Trust.BAD:
        raise _MustDraw(f"text_{standing.visible[0].reason}")
    kept = _kept(standing, small, ask, job)
    if kept is not None:
        try:
            result = _as_it_stands(job, standing, kept)
        except _MustDraw as reason:
            reason.complete = True
            raise
        return {"pdf": str(result), "kept": as_json(kept), "turn": standing.turn_cw_deg}
    return _read(job, standing, ask)


def _kept(standing: _Standing, small: GrayImage, ask: Ask, job: _Job) -> PageText | None:
    """The existing text, if it is good and says all there is; ``None`` if reading is called for."""
    (visible, seen), (hidden, unseen) = standing.visible, standing.hidden
    if hidden.trust is Trust.BAD:
        return None
    both = PageText(seen.lines + unseen.lines, seen.width_px, seen.height_px, seen.dpi)
    missing = page_ink.uncovered_letters(small, both)
    letters = sum(bool(g.char.strip()) for g in standing.glyphs)
    if visible.trust is Trust.NONE and hidden.trust is Trust.NONE:
        return None if page_ink.has_ink(small) else both
    if missing > max(_UNCOVERED_LEAST, _UNCOVERED_SHARE * letters):
        return None
    if hidden.trust is Trust.GOOD and not _says_the_same(standing, unseen, ask, job):
        return None
    return both


def _says_the_same(standing: _Standing, unseen: PageText, ask: Ask, job: _Job) -> bool:
    """Whether our own reading of a few lines agrees with a layer that nobody can see."""
    picture = job.workdir / "sample.npy"
    _draw_to(picture, _Leaf(standing.path), standing.place, colour=False)
    answer = ask({"ask": "sample", "picture": str(picture), "text": as_json(unseen)})
    return float(answer["agreement"]) >= _AGREES


def _as_it_stands(job: _Job, standing: _Standing, kept: PageText) -> Path:
    """The page with the text that it has; a hidden layer may have to be written anew.

    Other programs' hidden layers often use fonts that are not embedded, or reach beyond what
    the archive's validator knows; the picture above need not suffer for that.
    """
    result, hidden = job.workdir / "result.pdf", standing.hidden[1]
    try:
        _finish(standing.path, result, kept)
    except _MustDraw:
        if not hidden.words:
            raise
        grafted = job.workdir / "grafted.pdf"
        lie = Lie(hidden.width_px, hidden.height_px)
        _graft(standing, grafted, lambda _, layer: write_text_page(hidden, lie, layer))
        _finish(grafted, result, kept)
    return result


def _graft(standing: _Standing, grafted: Path, read: Callable[[Path, Path], None]) -> None:
    from ocr.ocrmypdf_plugin import GraftFailed, graft

    size = (standing.place.width_px, standing.place.height_px)
    try:
        graft(standing.path, grafted, read=read, size_px=size, dpi=standing.place.dpi)
    except GraftFailed as failed:
        raise _MustDraw("graft_failed") from failed
    _plain_names(grafted)


def _read(job: _Job, standing: _Standing, ask: Ask) -> dict[str, Any]:
    """Have the page read, and its words grafted under what is there."""
    answer: dict[str, Any] = {}
    written = job.workdir / "layer.pdf"

    def read(picture: Path, layer: Path) -> None:
        if not answer:
            answer.update(
                ask({"ask": "read", "picture": str(picture), "layer": str(written),
                     "dpi": standing.place.dpi, "visible": as_json(standing.visible[1])})
            )  # fmt: skip
        shutil.copyfile(written, layer)

    grafted, result = job.workdir / "grafted.pdf", job.workdir / "result.pdf"
    _graft(standing, grafted, read)
    if not answer:
        raise _MustDraw("graft_failed")
    text, turn = from_json(answer["text"]), int(answer["turn"])
    if turn:  # the page first, then the text: PDFium finds no glyph-less text that is turned
        upright = one_page.extract(standing.path, 0, turn_cw_deg=turn)
        one_page.save(upright.pdf, standing.path)
        place = Place(text.width_px, text.height_px, text.dpi)
        _graft(replace(standing, place=place), grafted, read)
    _finish(grafted, result, text)
    return {"pdf": str(result), "turn": (standing.turn_cw_deg + turn) % 360}


def _plain_names(path: Path) -> None:
    """Grafted layers under plain names: OCRmyPDF draws them at random."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        things = page.obj.Resources.get(pikepdf.Name.XObject, pikepdf.Dictionary())
        content = page.Contents.read_bytes()
        names = [str(name) for name in things if str(name).startswith(_RANDOM_PREFIX)]
        for number, name in enumerate(sorted(names, key=lambda n: content.find(n.encode()))):
            plain = f"{_PLAIN_PREFIX}{number}"
            content = content.replace(f"{name} Do".encode(), f"{plain} Do".encode())
            things[plain] = things[name]
            del things[name]
        page.Contents = pdf.make_stream(content)
        one_page.save(pdf, path)


# ---- checking --------------------------------------------------------------------------------


def _whole(job: _Job, standing: _Standing, small: GrayImage) -> bool:
    """Whether the page taken out shows all that the page shows in its file."""
    try:
        original = _small_picture(
            _Leaf(job.source, job.index, standing.turn_cw_deg), standing.place
        )
    except pdfium.PdfiumError:
        return True  # only the repaired copy can be drawn at all
    return page_ink.shows_all_of(small, original)


def _small_picture(leaf: _Leaf, place: Place) -> GrayImage:
    scale = min(1.0, page_ink.SIGHT_DPI / place.dpi)
    size = (max(1, round(place.width_px * scale)), max(1, round(place.height_px * scale)))
    return leaf.draw(size, colour=False)


def _finish(page: Path, result: Path, text: PageText) -> None:
    """Write the page as PDF/A-2b, and see that it is valid and says its text."""
    with pikepdf.open(page) as pdf:
        pikepdf.pdfa.prepare(pdf, "2b")
        for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
            del pdf.Root[key]
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        describe(pdf, Description(title="-"))
        settings = pikepdf.pdfa.resolve_save_kwargs("2b", deterministic_id=True, min_version="1.7")
        pdf.save(result, **settings)
    report = pikepdf.pdfa.validate_written(result, "2b", settings)
    if not report.passed:
        raise _MustDraw(f"not_archival {report.findings[0].rule}")
    place = Place(text.width_px, text.height_px, text.dpi)
    expected = Counter(text.text.split())
    found = Counter(existing_text.page_text(_glyphs(result), place).text.split())
    if (expected - found).total() > _LOST_SHARE * expected.total():
        raise _MustDraw("text_not_found")
    if (found - expected).total() > 1 + _LEFT_SHARE * expected.total():
        raise _MustDraw("old_text_stays")


# ---- drawing ---------------------------------------------------------------------------------


def _drawn(job: _Job, standing: _Standing | None, reason: _MustDraw) -> dict[str, Any]:
    """The page as a picture, with the text that can be kept."""
    picture = job.workdir / "picture.npy"
    if standing is None or str(reason) in _ONLY_IN_ITS_FILE:
        place, turn = _draw_source(job, picture, standing)
    else:
        place, turn = standing.place, standing.turn_cw_deg
        _draw_to(picture, _Leaf(standing.path), place, colour=True)
    drawn: dict[str, Any] = {
        "picture": str(picture), "why": str(reason), "dpi": place.dpi, "turn": turn,
    }  # fmt: skip
    if standing is None or standing.switchable:
        return drawn
    glyphs = existing_text.without_false_gaps(standing.glyphs)
    if reason.complete:
        drawn["kept"] = as_json(existing_text.page_text(glyphs, place))
    elif standing.visible[0].trust is Trust.GOOD:
        visible = [g for g in glyphs if g.put_in or not g.hidden]
        drawn["visible"] = as_json(existing_text.page_text(visible, place))
    return drawn


def _draw_source(job: _Job, picture: Path, standing: _Standing | None) -> tuple[Place, int]:
    if standing is not None:
        leaf = _Leaf(job.source, job.index, standing.turn_cw_deg)
        _draw_to(picture, leaf, standing.place, colour=True)
        return standing.place, standing.turn_cw_deg
    try:
        with pdf_sight.opened(job.source, job.index) as page:
            place = job.place(*one_page.allowed_size(page.get_width(), page.get_height()))
        _draw_to(picture, _Leaf(job.source, job.index), place, colour=True)
    except (pdfium.PdfiumError, IndexError) as failed:
        raise Undrawable(str(failed)) from failed
    return place, 0


def _draw_to(picture: Path, leaf: _Leaf, place: Place, *, colour: bool) -> None:
    seen = leaf.draw((place.width_px, place.height_px), colour=colour)
    if colour and not _has_colour(seen):
        seen = np.ascontiguousarray(seen[:, :, 1])
    np.save(picture, seen)


def _has_colour(seen: PageImage) -> bool:
    few = seen[::4, ::4].astype(np.int16)
    return bool((few.max(axis=2) - few.min(axis=2) > 24).mean() > 1e-4)
