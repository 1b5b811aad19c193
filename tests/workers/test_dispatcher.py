"""What is published, when, how much of it, and what becomes of a message that is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dramatiq import Message

from errors import ServiceUnreachable
from pipeline import admit, recognise, upload
from pipeline.app import App
from records import claims
from records.models import Batch, Fingerprint, Page, Upload
from tests.conftest import Clock, written_scan
from tests.pipeline.steps import settle
from workers.dispatcher import QUEUED_FOR, Dispatcher
from workers.site import _Beat

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _on_each_database(each_database: str) -> None:
    """Ask for it in every test."""


class Box:
    """A broker that keeps what is sent, and loses or refuses it when told to."""

    loses = True

    def __init__(self, room: int = 100) -> None:
        self.sent: list[Message[None]] = []
        self.inside: list[Message[None]] = []
        self.most = room
        self.refuses_after = 10_000

    def waiting(self, queue: str) -> int:
        return sum(message.queue_name == queue for message in self.inside)

    def room(self, queue: str) -> int:
        return self.most

    def send(self, message: Message[None]) -> None:
        if len(self.sent) >= self.refuses_after:
            raise ServiceUnreachable("away")
        self.sent.append(message)
        self.inside.append(message)

    def times_sent(self) -> Counter[str]:
        return Counter(message.args[0] for message in self.sent)


@pytest.fixture
def batch(app: App, tmp_path: Path) -> Batch:
    for page in range(1, 7):
        written_scan(tmp_path / "box" / "ab"[page % 2] / f"{page}.png", mark=page)
    return admit.run(app, tmp_path / "box")


def test_no_more_waits_in_the_broker_than_there_is_room_for(app: App, batch: Batch) -> None:
    post = Box(room=4)
    dispatcher = Dispatcher(app, post)
    assert dispatcher.publish_due() == 4
    assert dispatcher.publish_due() == 0
    post.inside.clear()
    assert dispatcher.publish_due() == 2
    assert set(post.times_sent().values()) == {1}


def test_a_message_holds_one_id_and_nothing_else(app: App, batch: Batch) -> None:
    post = Box()
    Dispatcher(app, post).publish_due()
    for message in post.sent:
        assert Page.objects.filter(pk=message.args[0]).exists()
        assert (len(message.args), message.kwargs, message.options) == (1, {}, {})


def test_two_dispatchers_share_the_work_and_send_nothing_twice(app: App, batch: Batch) -> None:
    post = Box(room=3)
    assert Dispatcher(app, post).publish_due() == 3
    post.most = 6
    assert Dispatcher(app, post).publish_due() == 3
    assert set(post.times_sent().values()) == {1}
    assert len(post.times_sent()) == 6


def test_a_wiped_broker_is_filled_again(app: App, batch: Batch, clock: Clock) -> None:
    post = Box()
    dispatcher = Dispatcher(app, post)
    assert dispatcher.publish_due() == 6
    post.inside.clear()
    assert dispatcher.publish_due() == 0, "what was just sent may be on its way to a worker"
    clock.turn(6)
    assert dispatcher.publish_due() == 6


def test_a_message_lost_among_others_is_sent_again_after_a_while(
    app: App, batch: Batch, clock: Clock
) -> None:
    post = Box()
    dispatcher = Dispatcher(app, post)
    dispatcher.publish_due()
    lost = post.inside.pop()
    clock.turn(QUEUED_FOR.total_seconds() - 1)
    assert dispatcher.publish_due() == 0
    clock.turn(2)
    assert dispatcher.publish_due() == 6, "all marks have ended; a second message does no harm"
    assert lost.args[0] in {message.args[0] for message in post.inside}


def test_what_could_not_be_sent_is_due_again_at_once(app: App, batch: Batch) -> None:
    post = Box()
    post.refuses_after = 2
    dispatcher = Dispatcher(app, post)
    with pytest.raises(ServiceUnreachable):
        dispatcher.publish_due()
    post.refuses_after = 10_000
    assert dispatcher.publish_due() == 4
    assert set(post.times_sent().values()) == {1}


def test_what_failed_before_is_sent_to_be_worked_on_alone(app: App, batch: Batch) -> None:
    victim = Page.objects.filter(batch=batch).first()
    assert victim is not None
    held = claims.claim(Page, victim.pk, holder="w", now=app.clock(), lease_s=9)
    assert held is not None
    claims.release(held, failure="worker ended")
    post = Box()
    Dispatcher(app, post).publish_due()
    names = {message.args[0]: message.actor_name for message in post.sent}
    assert names.pop(victim.pk) == "bulk.page.alone"
    assert set(names.values()) == {"bulk.page"}


def test_urgent_work_has_a_queue_of_its_own_and_its_own_room(
    app: App, batch: Batch, tmp_path: Path
) -> None:
    post = Box(room=5)
    dispatcher = Dispatcher(app, post)
    dispatcher.publish_due()
    written_scan(tmp_path / "court" / "1.png", mark=50)
    hurried = App(
        replace(app.policy, queue="urgent"),
        app._makers,
        workdir=app.workdir,
        software="t",
        holder="x",
    )
    admit.run(hurried, tmp_path / "court")
    assert dispatcher.publish_due() == 1
    assert post.sent[-1].queue_name == "urgent"
    admit.run(hurried, tmp_path / "box")
    dispatcher.publish_due()
    urgent = [message for message in post.inside if message.queue_name == "urgent"]
    assert len(urgent) == 5, "a batch that becomes urgent is sent again, ahead of the others"


def test_a_file_is_published_when_its_last_page_is_in(app: App, batch: Batch) -> None:
    post = Box()
    dispatcher = Dispatcher(app, post)
    dispatcher.publish_due()
    for page in Page.objects.filter(batch=batch, file__ordinal=1):
        recognise.run(app, page.pk)
    assert dispatcher.publish_due() == 1
    assert post.sent[-1].actor_name == "bulk.file"


def test_a_page_that_no_longer_exists_is_passed_over_quietly(app: App) -> None:
    recognise.run(app, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert Page.objects.count() == 0


def test_a_batch_without_work_costs_no_message(make_app: Callable[..., App]) -> None:
    assert Dispatcher(make_app(), Box()).publish_due() == 0


def whole_upload(app: App) -> Upload:
    """An upload of one scan of no bytes: nothing of it is missing."""
    made = upload.begin(app, "asha", upload.Plan("katni", "b", [upload.Announced("1.png", 0)]))
    assert Dispatcher(app, Box()).publish_due() == 0, "nothing is due before it is finished"
    upload.finish(app, made, ["0" * 64])
    return made


def test_a_whole_upload_is_sent_to_one_worker_ahead_of_all_pages(app: App, clock: Clock) -> None:
    made, post = whole_upload(app), Box()
    dispatcher = Dispatcher(app, post)
    assert (dispatcher.publish_due(), dispatcher.publish_due()) == (1, 0)
    (message,) = post.sent
    assert (message.queue_name, message.actor_name) == ("urgent", "urgent.upload")
    assert message.args == (made.pk,)
    clock.turn(QUEUED_FOR.total_seconds() + 1)
    assert dispatcher.publish_due() == 1, "the message was lost"


def test_an_upload_that_could_not_be_sent_is_due_again_at_once(app: App) -> None:
    whole_upload(app)
    post = Box()
    post.refuses_after = 0
    with pytest.raises(ServiceUnreachable):
        Dispatcher(app, post).publish_due()
    assert Dispatcher(app, Box()).publish_due() == 1


def test_sketches_go_bit_by_bit_so_that_work_is_published_between(
    app: App, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.fingerprints.FORGOTTEN_AT_A_TIME", 2)
    monkeypatch.setattr("workers.site.PAGES_A_LOOK", 2)
    monkeypatch.setattr("workers.site.close_old_connections", lambda: None)
    monkeypatch.setattr("workers.site.KEEPS_HOUSE_EVERY_S", -1.0)
    settle(app, batch)
    Batch.objects.update(done_at=app.clock() - timedelta(days=100))
    beat = _Beat(app, Dispatcher(app, Box()))
    left = []
    for _ in range(4):
        beat()
        left.append(Fingerprint.objects.count())
    assert left == [4, 2, 0, 0]
    assert Batch.objects.get(pk=batch.pk).leavings == Batch.Leavings.NONE
