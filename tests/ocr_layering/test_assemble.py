"""One PDF of one physical file: its pages, bookmarks, description, and what it costs to make."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from lxml import etree

from errors import IntegrityViolated
from ocr.assemble import Description, PagePart, assemble
from ocr.finished import check_finished
from ocr.layers import layer_page
from ocr.profile import Profile
from tests.ocr_layering import papers, verapdf

ABOUT = Description(
    title="एफ 11-20/2014/1/9 – शाला भवन <मरम्मत> & राशि",
    subject="शाला भवन की मरम्मत",
    identifier="एफ 11-20/2014/1/9",
    department="सामान्य प्रशासन विभाग",
    keywords=("शाला", "1988"),
    producer="Abhilekh 0.1.0",
)
SIDES = ["cover", "noting", "noting", "correspondence", "noting"]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheet")
    return papers.layered(folder, "sheet", np.full((1200, 2400, 3), 240, np.uint8))


def made(sheet: Path, folder: Path, sides: list[str] = SIDES, about: Description = ABOUT) -> Path:
    target = folder / "file.pdf"
    parts = (
        PagePart(sheet, papers.text_of([f"पृष्ठ{number}"]), side) for number, side in enumerate(sides)
    )
    assert assemble(parts, target, description=about, workdir=folder) == len(sides)
    return target


def outline_of(pdf: pikepdf.Pdf) -> list[tuple[str, list[str]]]:
    with pdf.open_outline() as outline:
        return [(top.title, [child.title for child in top.children]) for top in outline.root]


def test_sides_are_bookmarked_in_both_languages_and_pages_cited_as_clerks_do(
    sheet, tmp_path
) -> None:
    with pikepdf.open(made(sheet, tmp_path)) as pdf:
        assert outline_of(pdf) == [
            ("मुखपृष्ठ / Cover", []),
            ("टीप / Noting", ["1/n", "2/n", "3/n"]),
            ("पत्राचार / Correspondence", []),
        ]
        assert [page.label for page in pdf.pages] == ["cover", "1/n", "2/n", "1/c", "3/n"]


def test_every_bookmark_leads_to_its_page(sheet, tmp_path) -> None:
    with pikepdf.open(made(sheet, tmp_path)) as pdf, pdf.open_outline() as outline:
        noting = outline.root[1]
        leads = [child.destination[0].objgen for child in noting.children]
        assert leads == [pdf.pages[place].obj.objgen for place in (1, 2, 4)]


def test_unknown_sides_are_other_pages(sheet, tmp_path) -> None:
    with pikepdf.open(made(sheet, tmp_path, ["", "odd"])) as pdf:
        assert outline_of(pdf) == [("अन्य पृष्ठ / Other pages", ["1", "2"])]


def test_the_description_stands_in_xmp_and_docinfo_alike(sheet, tmp_path) -> None:
    with pikepdf.open(made(sheet, tmp_path)) as pdf:
        told = etree.fromstring(pdf.Root.Metadata.read_bytes())
        names = {
            "dc": "http://purl.org/dc/elements/1.1/",
            "pdf": "http://ns.adobe.com/pdf/1.3/",
            "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        }

        def said(name: str) -> str:
            return "".join(told.find(f".//{name}", names).itertext())

        assert said("dc:title") == str(pdf.docinfo["/Title"]) == ABOUT.title
        assert said("dc:description") == str(pdf.docinfo["/Subject"]) == ABOUT.subject
        assert said("dc:creator") == str(pdf.docinfo["/Author"]) == ABOUT.department
        assert said("pdf:Keywords") == str(pdf.docinfo["/Keywords"]) == "शाला, 1988"
        assert said("pdf:Producer") == str(pdf.docinfo["/Producer"]) == "Abhilekh 0.1.0"
        assert said("dc:identifier") == ABOUT.identifier
        assert said("pdfaid:part") + said("pdfaid:conformance") == "2B"
        assert str(pdf.Root.Lang) == "hi"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_there_is_no_clock_in_the_file(sheet, tmp_path) -> None:
    content = made(sheet, tmp_path).read_bytes()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())
        assert not re.search(rb"(Create|Modify|Metadata)Date", pdf.Root.Metadata.read_bytes())


def test_the_same_pages_give_the_same_bytes(sheet, tmp_path) -> None:
    folders = [tmp_path / name for name in ("one", "another")]
    contents = []
    for folder in folders:
        folder.mkdir()
        path = made(sheet, folder)
        contents.append(path.read_bytes())
        target = folder / f"{folder.name}.pdf"  # the name must not matter, nor must the second
        part = PagePart(sheet, papers.text_of(["पृष्ठ"]), "noting")
        assemble([part], target, description=ABOUT, workdir=folder)
        contents.append(target.read_bytes())
        time.sleep(1.1)
    assert contents[:2] == contents[2:]


def test_the_working_folder_is_left_as_it_was_found(sheet, tmp_path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    part = PagePart(sheet, None, "noting")
    assemble([part], tmp_path / "file.pdf", description=ABOUT, workdir=work)
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("title", ["", "\x00\x07\ud800", "x" * 4000, "a\nb\tc", "]]>&<", "‏עברית"])
def test_no_title_can_spoil_the_file(sheet, tmp_path, title) -> None:
    about = Description(title=title, subject=title, keywords=(title,), department=title)
    path = made(sheet, tmp_path, ["noting"], about)
    verdict = check_finished(path, [papers.text_of(["पृष्ठ0"])])
    assert verdict.ok, verdict


def test_a_file_needs_a_page(tmp_path) -> None:
    with pytest.raises(ValueError, match="at least one page"):
        assemble([], tmp_path / "file.pdf", description=ABOUT, workdir=tmp_path)


def test_text_for_a_pdf_of_several_pages_is_refused(sheet, tmp_path) -> None:
    several = foreign_pdf(tmp_path / "several.pdf", pages=2)
    part = PagePart(several, papers.text_of(["अ"]), "noting")
    with pytest.raises(ValueError, match="2 pages"):
        assemble([part], tmp_path / "file.pdf", description=ABOUT, workdir=tmp_path)


@pytest.mark.parametrize("damage", [b"", b"no pdf", b"%PDF-1.7\n%%EOF"])
def test_a_damaged_page_is_named(tmp_path, damage) -> None:
    page = tmp_path / "page-7.pdf"
    page.write_bytes(damage)
    with pytest.raises(IntegrityViolated, match=r"page-7\.pdf"):
        assemble(
            [PagePart(page, None, "noting")],
            tmp_path / "file.pdf",
            description=ABOUT,
            workdir=tmp_path,
        )


def foreign_pdf(path: Path, *, pages: int = 1, linked: bool = False) -> Path:
    """Pages that bring their own text (and a link): as a born-digital letter has them."""
    pdf = pikepdf.Pdf.open(
        io.BytesIO(layer_page(papers.letter(), dpi=100, profile=Profile.COMPACT))
    )
    plain = papers.text_of([f"अपना{path.stem}"], lines=1)
    inner = path.with_suffix(".inner.pdf")
    pdf.save(inner)
    source = path.with_suffix(".source.pdf")
    parts = [PagePart(inner, plain, "noting")] * pages
    assemble(parts, source, description=ABOUT, workdir=path.parent)
    with pikepdf.open(source) as made_:
        if linked:
            rectangle = pikepdf.Array([10, 10, 60, 60])
            action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://mp.gov.in"))
            link = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=rectangle, F=4, A=action
            )
            made_.pages[0].obj.Annots = pikepdf.Array([made_.make_indirect(link)])
        made_.save(path)
    return path


@pytest.mark.parametrize("linked", [False, True])
def test_pages_with_their_own_text_stand_where_they_belong(sheet, tmp_path, linked) -> None:
    letters = [foreign_pdf(tmp_path / f"{n}.pdf", pages=2, linked=linked) for n in (1, 2)]
    first, last = papers.text_of(["पहला"]), papers.text_of(["अंतिम"])
    parts = [
        PagePart(sheet, first, "noting"),
        PagePart(letters[0], None, "correspondence"),
        PagePart(letters[1], None, "correspondence"),
        PagePart(sheet, last, "noting"),
    ]
    target = tmp_path / "file.pdf"
    assert assemble(parts, target, description=ABOUT, workdir=tmp_path) == 6
    expected = [first, ["अपना1"], ["अपना1"], ["अपना2"], ["अपना2"], last]
    verdict = check_finished(target, expected)
    assert verdict.ok, verdict
    with pikepdf.open(target) as pdf:
        labels = [page.label for page in pdf.pages]
        assert labels == ["1/n", "1/c", "2/c", "3/c", "4/c", "2/n"]
        links = [page for page in pdf.pages if "/Annots" in page.obj]
        assert len(links) == 2 * linked


def test_equal_fonts_of_joined_letters_are_stored_once(tmp_path) -> None:
    letters = [foreign_pdf(tmp_path / f"{n}.pdf") for n in range(6)]
    target = tmp_path / "file.pdf"
    parts = [PagePart(letter, None, "correspondence") for letter in letters]
    assemble(parts, target, description=ABOUT, workdir=tmp_path)
    with pikepdf.open(target) as pdf:
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        programs = [item for item in streams if "/Length1" in item]
        images = [item for item in streams if item.get("/Subtype") == pikepdf.Name.Image]
    assert len(programs) == 1
    on_page = papers.images_of(letters[0].read_bytes())
    through_masks = [image for image in on_page if "/Mask" in image]
    assert len(images) == len(on_page) + len(through_masks)


def test_forms_that_hold_themselves_and_deep_nests_do_no_harm(tmp_path) -> None:
    letter = foreign_pdf(tmp_path / "letter.pdf")
    with pikepdf.open(letter) as pdf:
        form = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        form.BBox = pikepdf.Array([0, 0, 1, 1])
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Self=form))
        pdf.pages[0].obj.Resources.XObject["/Fm"] = form
        nest = pdf.make_indirect(pikepdf.Dictionary())
        pdf.pages[0].obj.Resources["/Nest"] = nest
        for _ in range(3000):
            nest["/Next1"] = pdf.make_indirect(pikepdf.Dictionary())
            nest = nest["/Next1"]
        pdf.save(tmp_path / "odd.pdf")
    parts = [PagePart(tmp_path / "odd.pdf", None, "noting")] * 2
    assert assemble(parts, tmp_path / "file.pdf", description=ABOUT, workdir=tmp_path) == 2


MEASURE = """
import resource, sys
from pathlib import Path
from ocr.assemble import Description, PagePart, assemble
from ocr.page import Box, Line, PageText, Word
sheet, folder, pages = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def part(number):
    boxes = [Box(50 * n, 9, 50 * n + 40, 30) for n in range(40)]
    words = tuple(Word(f"w{number}x{n}", box, 0.9) for n, box in enumerate(boxes))
    line = Line(words, Box(0, 9, 2000, 30))
    return PagePart(sheet, PageText((line,) * 10, 2400, 3500, 300), "noting")
parts = (part(number) for number in range(pages))
made = assemble(parts, folder / "file.pdf", description=Description("x"), workdir=folder)
print(made, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_the_pages(tmp_path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 400), dtype=np.uint8)
    heavy = papers.layered(tmp_path, "heavy", noise, Profile.FAITHFUL)
    assert heavy.stat().st_size > 80_000
    peak = {}
    for pages in (10, 600):
        command = [sys.executable, "-c", MEASURE, str(heavy), str(tmp_path), str(pages)]
        root = Path(__file__).resolve().parents[2]
        ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
        count, peak[pages] = map(int, ran.stdout.split())
        assert count == pages
    assert peak[600] - peak[10] < 40, "MB for 590 pages of 90 KB"


@pytest.mark.verapdf
def test_verapdf_agrees_with_every_kind_of_file(sheet, tmp_path) -> None:
    kinds = {
        "compact": layer_page(papers.letter(), dpi=100, profile=Profile.COMPACT),
        "grey": layer_page(papers.gray_letter(), dpi=100, profile=Profile.COMPACT),
        "bilevel": layer_page(
            papers.bilevel_letter(), dpi=100, profile=Profile.COMPACT, bilevel=True
        ),
        "faithful": layer_page(papers.letter(), dpi=100, profile=Profile.FAITHFUL),
    }
    files = []
    text = papers.text_of([*papers.HINDI, "𑀅𑀆", "Office"])
    for name, content in kinds.items():
        page = tmp_path / f"{name}.page.pdf"
        page.write_bytes(content)
        files.append(tmp_path / f"{name}.pdf")
        parts = [PagePart(page, text, "noting"), PagePart(page, None, "correspondence")]
        assemble(parts, files[-1], description=ABOUT, workdir=tmp_path)
    files.append(tmp_path / "joined.pdf")
    letters = [foreign_pdf(tmp_path / f"{n}.pdf", linked=bool(n)) for n in range(2)]
    parts = [PagePart(letter, None, "correspondence") for letter in letters]
    parts.insert(1, PagePart(sheet, text, "noting"))
    assemble(parts, files[-1], description=Description(""), workdir=tmp_path)
    spoilt = tmp_path / "spoilt.pdf"
    with pikepdf.open(files[0]) as pdf:
        del pdf.Root.OutputIntents
        pdf.save(spoilt)
    found = verapdf.problems([*files, spoilt])
    assert found.pop(spoilt), "the validator must see a fault when there is one"
    assert found == {path: [] for path in files}
