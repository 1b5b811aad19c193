"""PDFium keeps global state and is not thread-safe: whoever calls it holds this lock.

The rooms ``ingest`` and ``ocr`` may not know each other, so the lock stands below both.
"""

from __future__ import annotations

import threading

one_at_a_time = threading.Lock()
