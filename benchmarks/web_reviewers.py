"""Reviewers, each a thread with a connection of a browser: queue, file, pages, progress."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

FILES = re.compile(r'href="(/review/[0-9A-Z]{26}/)"')
PAGES = re.compile(r'href="(/review/[0-9A-Z]{26}/page/\d+/)"')
PICTURES = re.compile(r'(?:src|href)="(/page/[0-9A-Z]{26}/(?:small|large)\.jpg\?v=[\d.-]+)"')
PAGES_READ = 3
SEEN_AT_ONCE = 8  # a row of thumbnails
PROGRESS_EVERY = 5
LONGEST_ANSWER_S = 60.0


@dataclass(frozen=True)
class Crowd:
    """Who comes.

    Attributes:
        reviewers: people at once.
        think_s: mean pause between two looks of one person, drawn anew each time.
        seconds: how long they work, after a first look that is not counted.
        pictures: whether they fetch what their pages show, as a browser does.
    """

    reviewers: int
    think_s: float
    seconds: float
    pictures: bool = True


@dataclass(frozen=True)
class Asked:
    """One kind of page: how long each answer took, sorted, and how many were none."""

    name: str
    seconds: tuple[float, ...]
    failed: int

    def share(self, part: float) -> float:
        """Within this time came so large a part of the answers."""
        if not self.seconds:
            return 0.0
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * part))]


class _Notes:
    """What all threads saw, written down one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self._failed: defaultdict[str, int] = defaultdict(int)

    def add(self, name: str, seconds: float, *, good: bool) -> None:
        with self._lock:
            self._seconds[name].append(seconds)
            self._failed[name] += not good

    def told(self) -> list[Asked]:
        with self._lock:
            return [
                Asked(name, tuple(sorted(seconds)), self._failed[name])
                for name, seconds in sorted(self._seconds.items())
            ]


class _Reviewer(threading.Thread):
    def __init__(self, port: int, cookie: str, notes: _Notes, crowd: Crowd, seed: int) -> None:
        super().__init__(daemon=True)
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_ANSWER_S)
        self._headers = {"Cookie": f"sessionid={cookie}", "Host": "localhost"}
        self._notes, self._crowd = notes, crowd
        self._random = random.Random(seed)
        self._has: set[str] = set()
        self._until = time.monotonic() + crowd.seconds

    def run(self) -> None:
        """Work until the time is over; the first pause spreads the people out."""
        time.sleep(self._random.uniform(0, self._crowd.think_s))
        rounds = 0
        while time.monotonic() < self._until:
            if rounds % PROGRESS_EVERY == 0:
                self._look("progress", "/")
            files = FILES.findall(self._look("queue", "/review/"))
            if files:
                pages = PAGES.findall(self._look("file", self._random.choice(files)))
                for page in pages[:PAGES_READ]:
                    self._look("page", page)
            rounds += 1
        self._line.close()

    def _look(self, name: str, path: str) -> str:
        """The page with its pictures; what no longer fits into the time is not asked for."""
        if time.monotonic() >= self._until:
            return ""
        text = self._timed(name, path).decode()
        shown = PICTURES.findall(text)[:SEEN_AT_ONCE] if self._crowd.pictures else []
        for picture in shown:
            if picture not in self._has:
                self._has.add(picture)  # a browser keeps it for an hour
                self._timed("picture" if "/large" in picture else "thumbnail", picture)
        time.sleep(self._random.expovariate(1 / self._crowd.think_s) if self._crowd.think_s else 0)
        return text

    def _timed(self, name: str, path: str) -> bytes:
        began = time.monotonic()
        content = b""
        try:
            status, content = self._answer(path)
        except (OSError, http.client.HTTPException) as fault:
            self._line.close()
            status = 0
            print(f"{path}: {fault!r}", flush=True)
        self._notes.add(name, time.monotonic() - began, good=status == http.client.OK)
        return content

    def _answer(self, path: str) -> tuple[int, bytes]:
        """As browsers do: a line that the server closed meanwhile is opened again."""
        try:
            self._line.request("GET", path, headers=self._headers)
            answer = self._line.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._line.close()
            self._line.request("GET", path, headers=self._headers)
            answer = self._line.getresponse()
        return answer.status, answer.read()


def drive(port: int, cookies: Sequence[str], crowd: Crowd) -> list[Asked]:
    """Let everybody work at once; what each kind of page took."""
    notes = _Notes()
    people = [_Reviewer(port, cookie, notes, crowd, seed) for seed, cookie in enumerate(cookies)]
    for person in people:
        person.start()
    for person in people:
        person.join(crowd.seconds + LONGEST_ANSWER_S * 2)
    return notes.told()
