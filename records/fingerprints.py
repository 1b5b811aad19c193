"""What read pages look like, kept so that the same sheet is noticed when it comes again.

Written and asked once for every page that is read, so each is one plain statement: a bucket's
twenty rows and its hundred and sixty keys as one array, not as many parameters of an ORM query.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

from records.lifecycle import PageState
from records.models import Fingerprint, FingerprintKey, Page

FORGOTTEN_AT_A_TIME = 500

_KEEP_SKETCH = (
    "INSERT INTO records_fingerprint (page_id, sketch) VALUES (%s, %s)"
    " ON CONFLICT (page_id) DO UPDATE SET sketch = excluded.sketch"
)
# the same two statements in the words of either database; arrays are JSON to SQLite
_KEEP_KEYS = {
    "postgresql": "INSERT INTO records_fingerprintkey (batch_id, page_id, key)"
    " SELECT %s, %s, unnest(%s::bigint[])",
    "sqlite": "INSERT INTO records_fingerprintkey (batch_id, page_id, key)"
    " SELECT %s, %s, value FROM json_each(%s)",
}
# the buckets' index answers this alone: joined with pages, a planner that knows nothing yet of a
# young batch reads all of it for every page
_SHARING = (
    "SELECT page_id FROM records_fingerprintkey WHERE batch_id = %s AND key {among}"
    " AND page_id <> %s GROUP BY page_id ORDER BY count(*) DESC, page_id LIMIT %s"
)
_SAME_BYTES = (
    "SELECT id FROM records_page WHERE batch_id = %s AND source_sha256 = %s AND frame = %s"
    " AND state = %s AND id <> %s"
)
_AMONG = {
    "postgresql": "= ANY(%s::bigint[])",
    "sqlite": "IN (SELECT value FROM json_each(%s))",
}


def keep(page: Page, sketch: bytes, keys: Iterable[int]) -> None:
    """Keep what ``page`` looks like; whoever lets it be read again calls ``forget`` before.

    Args:
        page: a page that was just read.
        sketch: its ink and words.
        keys: the buckets it lies in.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_SKETCH, [page.pk, sketch])
        cursor.execute(_KEEP_KEYS[connection.vendor], [page.batch_id, page.pk, _array(keys)])


def forget(page: Page) -> None:
    """Remove what was kept of ``page``."""
    FingerprintKey.objects.filter(page=page).delete()
    Fingerprint.objects.filter(page=page).delete()


def forget_some(batch_id: str) -> int:
    """Remove what was kept of some pages of a batch; says of how many."""
    kept = Fingerprint.objects.filter(page__batch_id=batch_id).values_list("pk", flat=True)
    some = list(kept[:FORGOTTEN_AT_A_TIME])
    FingerprintKey.objects.filter(page__in=some).delete()
    Fingerprint.objects.filter(pk__in=some).delete()
    return len(some)


def sharing(page: Page, keys: Iterable[int], most: int) -> list[str]:
    """Ids of other pages of its batch that lie in one of the buckets; most shared first."""
    words = _SHARING.format(among=_AMONG[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(words, [page.batch_id, _array(keys), page.pk, most])
        return [str(row[0]) for row in cursor.fetchall()]


def same_bytes(page: Page) -> list[str]:
    """Ids of other pages of its batch that were read from the same bytes."""
    same = (page.source_sha256, page.frame, str(PageState.RECOGNISED))
    with connection.cursor() as cursor:
        cursor.execute(_SAME_BYTES, (page.batch_id, *same, page.pk))
        return [str(row[0]) for row in cursor.fetchall()]


def _array(keys: Iterable[int]) -> list[int] | str:
    return list(keys) if connection.vendor == "postgresql" else json.dumps(list(keys))
