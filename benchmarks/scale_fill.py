"""A database as it stands after years: millions of settled pages, and some batches under way."""

from __future__ import annotations

import json
from dataclasses import dataclass

from psycopg import Connection, sql

PAGES_A_FILE = 40
FILES_A_BATCH = 40
OFFICES = 50
AT_A_TIME = 20_000  # files whose pages are made in one statement


@dataclass(frozen=True)
class Fill:
    """How much.

    Attributes:
        files: physical files, 40 pages each, 40 to a batch.
        open_batches: the newest batches, whose pages are not read yet; every fifth is urgent.
    """

    files: int
    open_batches: int

    @property
    def batches(self) -> int:
        """How many batches that makes."""
        return -(-self.files // FILES_A_BATCH)


def fill(connection: Connection[tuple[object, ...]], asked: Fill) -> None:
    """Write the rows, in the shapes and shares that real batches leave behind."""
    _let_columns_be_left_out(connection)
    first_open = asked.batches - asked.open_batches
    connection.execute(BATCHES, {"batches": asked.batches, "open": first_open, "offices": OFFICES})
    connection.execute(FILES, {"files": asked.files, "open": first_open})
    connection.execute(DEPOSITS, {})
    for start in range(0, asked.files, AT_A_TIME):
        end = min(start + AT_A_TIME, asked.files)
        span = {"first": start, "last": end - 1, "open": first_open}
        connection.execute(PAGES, span)
        connection.execute(EVENTS, span)
    for table in ("batch", "physicalfile", "page", "deposit", "ledgerevent"):
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(f"records_{table}")))


def _let_columns_be_left_out(connection: Connection[tuple[object, ...]]) -> None:
    """Give columns the defaults that the program fills in, so that new ones need no change here."""
    from django.db.models import JSONField

    from records.models import Batch, Deposit, Page, PhysicalFile

    words = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}")
    for model in (Batch, PhysicalFile, Page, Deposit):
        for field in model._meta.concrete_fields:
            if field.primary_key or field.null or not field.has_default():
                continue
            value = field.get_default()
            value = json.dumps(value) if isinstance(field, JSONField) else value
            column = (model._meta.db_table, field.column)
            connection.execute(words.format(*map(sql.Identifier, column), sql.Literal(value)))


def _id(prefix: str, number: str) -> str:
    """26 characters that sort by number, as identifiers do."""
    return f"'{prefix}' || lpad(({number})::text, {26 - len(prefix)}, '0')"


BATCHES = f"""
INSERT INTO records_batch
  (id, label, office, source, source_key, state, queue, created_at, received, settings, ignored)
SELECT {_id("01B", "n")}, 'Bundle ' || n, 'office-' || n %% %(offices)s, '/scans/bundle-' || n,
  md5(n::text) || md5(n::text), CASE WHEN n < %(open)s THEN 'done' ELSE 'open' END,
  CASE WHEN n %% 5 = 0 THEN 'urgent' ELSE 'bulk' END, now() - (%(batches)s - n) * interval '1 hour',
  {FILES_A_BATCH * PAGES_A_FILE}, '{{}}', '[]'
FROM generate_series(0, %(batches)s - 1) n
"""

METADATA = (
    '{"file_number": {"value": "एफ 11-20/2014/1/9", "confidence": 0.97, "page": 1,'
    ' "bbox": [100, 200, 900, 260]}, "subject": {"value": "अभिलेखों के डिजिटलीकरण के संबंध में",'
    ' "confidence": 0.91, "page": 1, "bbox": [100, 300, 1500, 360]}}'
)
DOUBT = '[{"code": "page_low_confidence", "facts": {"page": 7, "confidence": 0.81}}]'

# of settled files 85 % are deposited, 14 % wait for a person, 1 % are quarantined
FILES = f"""
INSERT INTO records_physicalfile
  (id, batch_id, ordinal, source, declared, metadata, reasons, assembled, version, state, tries,
   lease_holder, retention_class, location, care, decided, accepted, urgency)
SELECT {_id("01F", "n")}, {_id("01B", f"n / {FILES_A_BATCH}")}, n %% {FILES_A_BATCH} + 1,
  'nasti-' || n, '{{}}', '{METADATA}',
  (CASE WHEN n %% 100 BETWEEN 85 AND 98 THEN '{DOUBT}' ELSE '[]' END)::jsonb, '{{}}',
  CASE WHEN n / {FILES_A_BATCH} < %(open)s THEN 1 ELSE 0 END,
  CASE WHEN n / {FILES_A_BATCH} >= %(open)s THEN 'open' WHEN n %% 100 < 85 THEN 'deposited'
       WHEN n %% 100 < 99 THEN 'in_review' ELSE 'quarantined' END,
  0, '', '', '', '{{}}', '{{}}', '[]', (n * 7919 %% 1000) / 50.0
FROM generate_series(0, %(files)s - 1) n
"""

DEPOSITS = """
INSERT INTO records_deposit (file_id, version, deposited_at, objects_listed)
SELECT id, 1, now(), (
  SELECT jsonb_agg(jsonb_build_object('key', batch_id || '/' || id || '/v1/alto/' || k || '.xml',
    'role', 'alto', 'media_type', 'application/xml', 'sha256', md5(id || k) || md5(id),
    'size_bytes', 20000)) FROM generate_series(1, 42) k)
FROM records_physicalfile WHERE state IN ('deposited', 'in_review')
"""

PARTS = '{"layers": {"key": "work/x", "sha256": "x", "size_bytes": 40000}}'
PAGES = f"""
INSERT INTO records_page
  (id, batch_id, file_id, sequence, admission, source, frame, frame_kind, media_type,
   source_sha256, source_size_bytes, side_declared, side, width_px, height_px, dpi, dpi_origin,
   rotated_cw_deg, skew_ccw_deg, confidence, ink_coverage, reasons, flags, parts, state, tries,
   lease_holder)
SELECT {_id("01P", f"n * {PAGES_A_FILE} + p")}, {_id("01B", f"n / {FILES_A_BATCH}")},
  {_id("01F", "n")}, p + 1, 0, 'nasti-' || n || '/' || p || '.tif', 0, 'image', 'image/tiff',
  md5(n::text || p) || md5(p::text || n), 500000, '', 'correspondence', 2480, 3508, 300, 'file',
  0, 0.3, 0.96, 0.99, '[]', '[]', '{PARTS}',
  CASE WHEN n / {FILES_A_BATCH} >= %(open)s THEN 'received' WHEN p %% 20 = 19 THEN 'blank'
       ELSE 'recognised' END, 0, ''
FROM generate_series(%(first)s, %(last)s) n, generate_series(0, {PAGES_A_FILE - 1}) p
"""

# what the ledger keeps of them: each page came in and was read, each file was made and deposited
EVENTS = f"""
INSERT INTO records_ledgerevent (at, batch_id, file_id, page_id, type, outcome, facts)
SELECT now() - interval '1 hour', {_id("01B", f"n / {FILES_A_BATCH}")}, {_id("01F", "n")},
  CASE WHEN k.of_page THEN {_id("01P", f"n * {PAGES_A_FILE} + p")} ELSE '' END,
  k.type, 'success', k.facts::jsonb
FROM generate_series(%(first)s, %(last)s) n, generate_series(0, {PAGES_A_FILE - 1}) p,
  (VALUES ('ingestion', true, '{{}}'),
    ('recognition', true, '{{"tries": 1, "seconds": 0.71, "old_state": "received",'
     ' "new_state": "recognised"}}'),
    ('creation', false, '{{"old_state": "open", "new_state": "assembled"}}'),
    ('accession', false, '{{"version": 1, "pages": {PAGES_A_FILE}, "old_state": "assembled",'
     ' "new_state": "deposited"}}')) k (type, of_page, facts)
WHERE (k.of_page OR p = 0) AND (k.type = 'ingestion' OR n / {FILES_A_BATCH} < %(open)s)
"""
