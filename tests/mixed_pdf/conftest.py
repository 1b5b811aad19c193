"""One engine for all pages of these tests: loading a model takes longer than reading a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ocr.engine import OcrEngine
from ocr.mixed_pdf import MixedLimits, MixedPage, layer_mixed_page
from ocr.pdf_cell import end_cells
from ocr.tesserocr_engine import TesserocrEngine

Layer = Callable[..., MixedPage]


@pytest.fixture(scope="session")
def reader() -> Iterator[OcrEngine]:
    engine = TesserocrEngine()
    yield engine
    engine.close()
    end_cells()


@pytest.fixture
def layer(reader: OcrEngine, tmp_path_factory: pytest.TempPathFactory) -> Layer:
    """Layers a page in a fresh folder."""

    def work(
        path: Path, page: int = 0, *, engine: OcrEngine | None = None, **limits: float
    ) -> MixedPage:
        return layer_mixed_page(
            path,
            page,
            engine=engine or reader,
            workdir=tmp_path_factory.mktemp("page"),
            limits=MixedLimits(**limits),  # type: ignore[arg-type]
        )

    return work
