"""A small archive of two departments, and people of every role to look at it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pikepdf import Pdf

from ocr.alto import AltoDescription, write_alto
from ocr.page import Box, Line, PageText, Word
from pipeline.app import App
from records.models import Batch, Deposit, Page, PhysicalFile
from records.reasons import reason
from storage import layout
from storage.store import ObjectStore
from web import people, wiring

OWN, OTHER = "GAD", "REVENUE"
NAMES = {OWN: "सामान्य प्रशासन विभाग", OTHER: "राजस्व विभाग"}
LINES = ("मध्यप्रदेश शासन", "विषय:- भूमि आवंटन")


def page_text() -> PageText:
    """Two lines, the second of them unsure."""
    lines = []
    for number, (said, sure) in enumerate(zip(LINES, (0.98, 0.5), strict=True)):
        top, words, left = 40 + 60 * number, [], 30
        for word in said.split():
            words.append(Word(word, Box(left, top, left + 12 * len(word), top + 24), sure))
            left += 12 * len(word) + 12
        lines.append(Line(tuple(words), Box(30, top, left, top + 24)))
    return PageText(tuple(lines), 413, 584, 50.0)


def _put(store: ObjectStore, key: str, content: bytes, media_type: str) -> dict[str, object]:
    store.put_bytes(key, content, media_type=media_type)
    digest = hashlib.sha256(content).hexdigest()
    return {"key": key, "sha256": digest, "size_bytes": len(content)}


def deposited_file(store: ObjectStore, batch: Batch, source: str, code: str) -> PhysicalFile:
    """A file in review with one page, as its first deposit left it."""
    file = PhysicalFile.objects.create(
        batch=batch,
        ordinal=PhysicalFile.objects.count() + 1,
        source=source,
        state="in_review",
        department_code=code,
        version=1,
        declared={"department": NAMES[code]},
        reasons=[reason("pages_missing", declared=2, found=1)],
        metadata={"subject": {"value": f"भूमि {source}", "confidence": 0.7, "page": 1}},
    )
    prefix = f"katni/{file.pk}/v1/"
    pdf, written = Pdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(written)
    about = AltoDescription("1.png", "0" * 64, "scripted", "Abhilekh t")
    access = _put(store, f"{prefix}access.pdf", written.getvalue(), "application/pdf")
    alto = _put(
        store, f"{prefix}alto/00001.xml", write_alto(page_text(), description=about), "text/xml"
    )
    scan = f"scan of {source}".encode()
    master = _put(store, f"{prefix}masters/1.png", scan, "image/png")
    digest = hashlib.sha256(scan).hexdigest()
    _put(store, layout.received_key(digest), scan, "image/png")
    Page.objects.create(
        batch=batch,
        file=file,
        sequence=1,
        source=f"{source}/1.png",
        source_sha256=digest,
        source_size_bytes=len(scan),
        media_type="image/png",
        state="recognised",
        side="noting",
        width_px=413,
        height_px=584,
        confidence=0.8,
        parts={"own_text": False, "alto": alto, "layers": {**access, "place": 0}},
    )
    listed = [
        {**access, "role": "access", "media_type": "application/pdf"},
        {**alto, "role": "alto", "media_type": "text/xml"},
        {**master, "role": "master", "media_type": "image/png"},
    ]
    Deposit.objects.create(file=file, version=1, deposited_at=timezone.now(), objects_listed=listed)
    return file


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def archive(db: None, app: App, store: ObjectStore) -> Batch:
    """One batch: two files in review, the first of department GAD, the second of REV."""
    batch = Batch.objects.create(
        label="बस्ता ७",
        office="katni",
        source="/scans",
        source_key="0" * 64,
        created_at=timezone.now(),
        received=2,
    )
    deposited_file(store, batch, "नस्ती अपनी", OWN)
    deposited_file(store, batch, "नस्ती पराई", OTHER)
    wiring.use(app, versions=False)
    return batch


@pytest.fixture
def own(archive: Batch) -> PhysicalFile:
    return PhysicalFile.objects.get(batch=archive, department_code=OWN)


@pytest.fixture
def other(archive: Batch) -> PhysicalFile:
    return PhysicalFile.objects.get(batch=archive, department_code=OTHER)


@pytest.fixture
def signed_in(db: None) -> Callable[..., Client]:
    """A browser in which a person of ``role`` is signed in; their names are their roles."""

    def sign_in(role: str, *, departments: tuple[str, ...] = (OWN,), name: str = "") -> Client:
        from django.contrib.auth.models import User

        name = name or role
        people.add(name, people.Bounds(role, ("katni",), departments))
        client = Client()
        client.force_login(
            User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend"
        )
        return client

    return sign_in
