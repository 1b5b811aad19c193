"""A batch that comes piece by piece: whole and unchanged, or no batch at all."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from errors import InputRejected, ServiceUnreachable, WrongUsage
from pipeline import admit, take_in, upload
from pipeline.app import App
from pipeline.upload import CHUNK_BYTES, Announced, Piece, Plan
from records import uploads
from records.models import Batch, Page, PhysicalFile, Upload, UploadChunk
from storage.store import ObjectStore
from tests.conftest import Clock, written_scan

pytestmark = pytest.mark.django_db


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pieces(content: bytes) -> list[bytes]:
    return [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)]


def begun(app: App, scans: Mapping[str, bytes], who: str = "asha") -> Upload:
    files = [Announced(path, len(content)) for path, content in scans.items()]
    return upload.begin(app, who, Plan("katni", "बस्ता ७", files))


def sent(app: App, scans: Mapping[str, bytes]) -> Upload:
    """An upload whose every piece came."""
    made = begun(app, scans)
    for place, content in enumerate(scans.values()):
        for number, piece in enumerate(pieces(content)):
            upload.take_piece(app, made, Piece(place, number, digest(piece)), piece)
    upload.finish(app, made, [digest(content) for content in scans.values()])
    return made


def settled(app: App, made: Upload) -> Upload:
    take_in.run(app, made.pk)
    made.refresh_from_db()
    return made


@pytest.fixture
def scans(tmp_path: Path) -> dict[str, bytes]:
    """Two files of one page, the first in two pieces."""
    one = written_scan(tmp_path / "1.png", mark=1).read_bytes()
    two = written_scan(tmp_path / "2.png", mark=2).read_bytes()
    return {"नस्ती १/1.png": one + bytes(CHUNK_BYTES), "नस्ती २/1.png": two}


def left_over(store: ObjectStore) -> list[str]:
    return [one.key for one in store.list("work/uploads/")]


def test_a_batch_that_was_sent_is_the_batch_that_the_folder_makes(
    app: App, scans: dict[str, bytes], tmp_path: Path, store: ObjectStore
) -> None:
    made = settled(app, sent(app, scans))
    assert (made.state, made.refusal) == ("taken", None)
    for path, content in scans.items():
        scan = tmp_path / "box" / path
        scan.parent.mkdir(parents=True)
        scan.write_bytes(content)
    folder = admit.run(app, tmp_path / "box")

    def seen(batch: Batch) -> list[tuple[str, str, str]]:
        rows = Page.objects.filter(batch=batch).order_by("source")
        return list(rows.values_list("file__source", "source", "source_sha256"))

    assert made.batch is not None
    assert seen(made.batch) == seen(folder)
    assert (made.batch.label, made.batch.office, made.batch.received) == ("बस्ता ७", "katni", 2)
    assert left_over(store) == []
    assert not UploadChunk.objects.exists()


def test_the_same_folder_chosen_again_goes_on_where_it_stopped(
    app: App, scans: dict[str, bytes]
) -> None:
    made = begun(app, scans)
    piece = pieces(scans["नस्ती १/1.png"])[0]
    upload.take_piece(app, made, Piece(0, 0, digest(piece)), piece)
    again = begun(app, scans)
    assert again.pk == made.pk
    assert upload.arrived(again) == [[0, 0, digest(piece)]]
    assert begun(app, scans, who="another").pk != made.pk


def test_a_piece_that_came_otherwise_is_refused_and_the_next_try_takes_its_place(
    app: App, scans: dict[str, bytes]
) -> None:
    made = begun(app, scans)
    piece = scans["नस्ती २/1.png"]
    for wrong in (piece[:-1], piece[:-1] + b"?"):
        with pytest.raises(InputRejected):
            upload.take_piece(app, made, Piece(1, 0, digest(piece)), wrong)
    assert upload.arrived(made) == []
    changed = piece[:-1] + b"?"
    upload.take_piece(app, made, Piece(1, 0, digest(changed)), changed)
    upload.take_piece(app, made, Piece(1, 0, digest(piece)), piece)
    assert upload.arrived(made) == [[1, 0, digest(piece)]]


@pytest.mark.parametrize(
    "piece", [Piece(2, 0, "0" * 64), Piece(0, 2, "0" * 64), Piece(1, 0, "x"), Piece(1, 1, "0" * 64)]
)
def test_a_piece_of_no_scan_is_refused(app: App, scans: dict[str, bytes], piece: Piece) -> None:
    with pytest.raises(WrongUsage):
        upload.take_piece(app, begun(app, scans), piece, b"?")


def test_nothing_half_taken_becomes_a_batch(app: App, scans: dict[str, bytes]) -> None:
    made = begun(app, scans)
    with pytest.raises(WrongUsage):
        upload.finish(app, made, [digest(content) for content in scans.values()])
    assert settled(app, made).state == "receiving"
    assert not Batch.objects.exists()


def test_a_scan_that_is_whole_but_another_makes_no_batch(
    app: App, scans: dict[str, bytes], store: ObjectStore
) -> None:
    made = begun(app, scans)
    for place, content in enumerate(scans.values()):
        for number, piece in enumerate(pieces(content)):
            upload.take_piece(app, made, Piece(place, number, digest(piece)), piece)
    upload.finish(app, made, ["0" * 64] * 2)
    made = settled(app, made)
    assert made.state == "refused"
    assert made.refusal["facts"] == {"file": "नस्ती १/1.png"}
    assert not Batch.objects.exists()
    assert left_over(store) == []


def zipped() -> bytes:
    """An archive of a few bytes that is a gigabyte when it is opened."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(50_000_000))
    return kept.getvalue()


def test_an_archive_is_refused_and_never_opened(app: App) -> None:
    made = settled(app, sent(app, {"scans.zip": zipped()}))
    assert made.state == "refused"
    assert "ZIP archive" in str(made.refusal)


def test_beside_good_scans_a_stranger_is_told_as_the_command_line_tells_it(
    app: App, scans: dict[str, bytes]
) -> None:
    polyglot = b"<html><script>alert(1)</script>" + scans["नस्ती २/1.png"]
    made = settled(app, sent(app, {**scans, "नस्ती २/2.png": polyglot}))
    assert made.state == "taken"
    states = Page.objects.filter(batch=made.batch).values_list("source", "state")
    assert dict(states)["नस्ती २/2.png"] == "unreadable"


@pytest.mark.parametrize("step", ["looked_at", "admitted"])
def test_a_worker_that_dies_on_the_way_leaves_it_to_the_next(
    app: App, scans: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    made = sent(app, scans)
    real = getattr(admit, step)

    def dying(*args: object, **kwargs: object) -> object:
        if step == "admitted":
            real(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(admit, step, dying)
        with pytest.raises(KeyboardInterrupt):
            take_in.run(app, made.pk)
    assert settled(app, made).state == "taken"
    assert Batch.objects.count() == 1
    assert PhysicalFile.objects.count() == 2


def test_what_kills_the_program_each_time_is_set_aside(
    app: App, scans: dict[str, bytes], clock: Clock
) -> None:
    made = sent(app, scans)
    for _ in range(app.policy.max_tries):
        assert uploads.claim(made.pk, now=clock(), lease=take_in.LEASE) is not None
        clock.turn(take_in.LEASE.total_seconds() + 1)
    assert settled(app, made).state == "refused"
    assert not Batch.objects.exists()


def test_a_store_that_is_away_burns_no_try(
    app: App, scans: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sent(app, scans)

    def away(*args: object, **kwargs: object) -> object:
        raise ServiceUnreachable("away", kept="k", todo="t")

    with monkeypatch.context() as patched:
        patched.setattr(admit, "admitted", away)
        with pytest.raises(ServiceUnreachable):
            take_in.run(app, made.pk)
    made.refresh_from_db()
    assert (made.state, made.tries, made.lease_until) == ("waiting", 0, None)


def test_two_workers_take_one_upload_in_once(app: App, scans: dict[str, bytes]) -> None:
    made = sent(app, scans)
    assert uploads.claim(made.pk, now=app.clock(), lease=take_in.LEASE) is not None
    assert settled(app, made).state == "waiting"


def test_what_nothing_came_to_for_a_week_is_given_up(
    app: App, scans: dict[str, bytes], clock: Clock, store: ObjectStore
) -> None:
    made = begun(app, scans)
    piece = scans["नस्ती २/1.png"]
    upload.take_piece(app, made, Piece(1, 0, digest(piece)), piece)
    clock.turn(6 * 24 * 3600)
    take_in.clear(app)
    assert left_over(store) != []
    clock.turn(2 * 24 * 3600)
    take_in.clear(app)
    made.refresh_from_db()
    assert (made.state, left_over(store)) == ("refused", [])
    with pytest.raises(WrongUsage):
        upload.take_piece(app, made, Piece(1, 0, digest(piece)), piece)


@pytest.mark.parametrize(
    "files",
    [
        [],
        [Announced("1.png", -1)],
        [Announced("1.png", 30_000_000_000)],
        [Announced(f"{n}.png", 4_000_000_000) for n in range(6)],
        [Announced("../1.png", 5)],
        [Announced("1.png", 5), Announced("1.PNG", 5)],
    ],
)
def test_what_is_too_much_or_leads_elsewhere_is_not_begun(app: App, files: list[Announced]) -> None:
    with pytest.raises(InputRejected):
        upload.begin(app, "asha", Plan("katni", "b", files))
    assert not Upload.objects.exists()


def test_one_person_cannot_fill_the_store_with_beginnings(app: App) -> None:
    for number in range(upload.MOST_UNFINISHED):
        begun(app, {f"{number}.png": b"x"})
    with pytest.raises(WrongUsage):
        begun(app, {"more.png": b"x"})
