"""``python -m benchmarks.revising``: what a corrected line costs in a file of 200 full pages.

The file is made of one page that is kept so often, deposited, corrected in one line, and its next
version made as a worker makes it. Nothing is read: a correction never reads a page again.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.web_fill import made_picture, made_text
from config.app import build_app, migrate, prepare_home, set_up_django
from config.settings import read_settings
from ocr.alto import AltoDescription, write_alto
from ocr.corrected import LineEdit
from ocr.layers import layer_page
from ocr.profile import Profile

if TYPE_CHECKING:
    from pipeline.app import App
    from records.models import PhysicalFile

WANTED_CPU_S = 5.0
PAGE, LINE = 7, 3


def cpu_s() -> float:
    """User and system seconds of this process and of those that it started and saw end."""
    seen = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in seen)


def run(pages: int, home: Path) -> float:
    """CPU seconds from the decision to the deposited version."""
    settings = read_settings(home=home, database_url="", broker_url="embedded:")
    prepare_home(settings)
    set_up_django(settings)
    migrate()
    app = build_app(settings, holder="bench")
    file = _deposited(app, pages)
    from pipeline import review
    from pipeline.decisions import Decision, Reviewer, TextEdits

    line = made_text().lines[LINE].text
    edit = TextEdits([LineEdit(LINE, line, f"{line} शब्द")])
    began = cpu_s()
    review.decide(app, file, Decision(texts={PAGE: edit}), Reviewer("bench", file.version))
    file.refresh_from_db()
    review.make_version(app, file)
    spent = cpu_s() - began
    file.refresh_from_db()
    if file.version != 2:
        raise RuntimeError(f"the version was not made: {file.reasons}")
    return spent


def _deposited(app: App, pages: int) -> PhysicalFile:
    from pipeline import assemble, deposit, parts
    from records.models import Batch, Page, PhysicalFile
    from storage import layout

    at = app.clock()
    batch = Batch.objects.create(
        label="bench", office="main", source="/s", source_key="0" * 64, created_at=at
    )
    file = PhysicalFile.objects.create(batch=batch, ordinal=1, source="f", state="open")
    picture = layer_page(made_picture(), dpi=300.0, profile=Profile.COMPACT)
    about = AltoDescription("1.png", "0" * 64, "made", "Abhilekh")
    alto = write_alto(made_text(), description=about)
    for number in range(1, pages + 1):
        scan = f"scan {number}".encode()
        digest = hashlib.sha256(scan).hexdigest()
        app.store.put_bytes(layout.received_key(digest), scan, media_type="image/png")
        page = Page(batch=batch, file=file, sequence=number, source=f"f/{number}.png")
        page.source_sha256, page.source_size_bytes = digest, len(scan)
        page.media_type, page.state, page.side = "image/png", "recognised", "noting"
        page.width_px, page.height_px, page.dpi, page.confidence = 2480, 3508, 300.0, 0.95
        owner = (batch.pk, page.pk)
        kept = {"alto": parts.keep(app, owner, "alto", alto)}
        kept["layers"] = parts.keep(app, owner, "layers", picture)
        page.parts = {"own_text": False, **kept}
        page.save()
    assemble.run(app, file.pk)
    deposit.run(app, file.pk)
    file.refresh_from_db()
    return file


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when a correction costs no more than is wanted, 1 when it does."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.revising", description=__doc__)
    parser.add_argument("--pages", type=int, default=200, help="pages of the file")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="abh-revising-") as home:
        spent = run(given.pages, Path(home))
    print(f"{given.pages} pages: {spent:.2f} CPU-s (wanted: {WANTED_CPU_S:g})")
    return int(spent > WANTED_CPU_S)


if __name__ == "__main__":
    sys.exit(main())
