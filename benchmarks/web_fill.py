"""What the pages need beside the rows: departments, history, text, people and their sessions."""

from __future__ import annotations

import hashlib
import json

import cv2
import numpy as np
from psycopg import Connection

from config.app import build_app
from config.settings import Settings
from ocr.alto import AltoDescription, write_alto
from ocr.layers import layer_page
from ocr.page import Box, Line, PageText, Word
from ocr.profile import Profile

WORDS = ("कार्यालय", "विभाग", "के", "संबंध", "में", "आदेश", "दिनांक", "2014", "Collector", "Katni")
LINES, WORDS_A_LINE = 42, 9

DEPARTMENTS = """
UPDATE records_physicalfile
SET department_code = 'D' || (('x' || substr(md5(id), 1, 6))::bit(24)::int %% %(departments)s)
"""
EVENTS = """
INSERT INTO records_ledgerevent (at, batch_id, file_id, page_id, type, outcome, facts)
SELECT now() - (random() * 365) * interval '1 day', batch_id, id, '', 'accession', 'deposited',
  '{"version": 1, "pages": 40}'
FROM records_physicalfile WHERE version = 1
"""
PAGE_EVENTS = """
INSERT INTO records_ledgerevent (at, batch_id, file_id, page_id, type, outcome, facts)
SELECT now() - (random() * 365) * interval '1 day', batch_id, file_id, id, 'recognition',
  'recognised', '{}'
FROM records_page WHERE state <> 'received'
"""
TEXT = """
UPDATE records_page SET parts = parts || %(parts)s::jsonb
WHERE state = 'recognised'
  AND file_id IN (SELECT id FROM records_physicalfile WHERE state = 'in_review')
"""


def dress(
    connection: Connection[tuple[object, ...]], settings: Settings, *, departments: int
) -> None:
    """Give files departments and history, and pages that wait for review one text to show."""
    connection.execute(DEPARTMENTS, {"departments": departments})
    connection.execute(EVENTS)
    connection.execute(PAGE_EVENTS)
    about = AltoDescription("1.png", "0" * 64, "made", "Abhilekh")
    content = write_alto(made_text(), description=about)
    picture = layer_page(made_picture(), dpi=300.0, profile=Profile.COMPACT)
    store = build_app(settings, holder="bench").store
    store.put_bytes("work/text.xml", content, media_type="text/xml")
    store.put_bytes("work/page.pdf", picture, media_type="application/pdf")
    parts = {
        "alto": _stored("work/text.xml", content),
        "layers": {**_stored("work/page.pdf", picture), "place": 0},
    }
    connection.execute(TEXT, {"parts": json.dumps(parts)})


def _stored(key: str, content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    return {"key": key, "sha256": digest, "size_bytes": len(content)}


def made_picture() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A yellowed sheet, (3508, 2480, 3) RGB, with strokes where that text has its words."""
    grain = np.random.default_rng(7).integers(-9, 9, (3508, 2480, 1), dtype=np.int16)
    sheet = np.clip(np.array([232, 224, 200], np.int16) + grain, 0, 255).astype(np.uint8)
    for line in made_text().lines:
        for word in line.words:
            place = (word.box.x0, word.box.y1 - 8)
            letters = "abhilekh"[: max(2, len(word.text))]
            cv2.putText(sheet, letters, place, cv2.FONT_HERSHEY_SIMPLEX, 1.2, (40, 36, 60), 3)
    return sheet


def made_text() -> PageText:
    """A full typed page, every sixth line with a word that is not certain."""
    lines = []
    for row in range(LINES):
        top, left, words = 200 + 75 * row, 200, []
        for place in range(WORDS_A_LINE):
            text = WORDS[(row + place) % len(WORDS)]
            sure = 0.6 if row % 6 == 0 and place == 2 else 0.97
            right = left + 22 * len(text)
            words.append(Word(text, Box(left, top, right, top + 48), sure))
            left = right + 24
        lines.append(Line(tuple(words), Box(200, top, left - 24, top + 48)))
    return PageText(tuple(lines), 2480, 3508, 300.0)


def signed_in(count: int, *, departments: int) -> list[str]:
    """Reviewers, each for a quarter of the departments, with a session: its key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    from web.models import Account

    keys = []
    for number in range(count):
        user, is_new = User.objects.get_or_create(username=f"reviewer-{number}")
        if is_new:
            user.set_unusable_password()
            user.save()
        some = [f"D{one}" for one in range(departments) if one % 4 == number % 4]
        bounds = {"role": "reviewer", "offices": ["*"], "departments": some}
        Account.objects.update_or_create(user=user, defaults=bounds)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        keys.append(str(session.session_key))
    return keys
