"""Sending scans by browser: who may, for which office, and what is refused in which words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pipeline import take_in
from pipeline.app import App
from records.models import Batch, Upload
from tests.conftest import written_scan
from web.models import AuditEvent, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(archive: Batch, signed_in: Callable[..., Client]) -> Client:
    return signed_in(Role.OPERATOR, departments=("*",))


@pytest.fixture
def scan(tmp_path: Path) -> bytes:
    return written_scan(tmp_path / "1.png", mark=5).read_bytes()


def asked(client: Client, name: str, said: object, *args: Any) -> Any:
    return client.post(reverse(name, args=args), json.dumps(said), content_type="application/json")


def begun(client: Client, scan: bytes, *, office: str = "katni", path: str = "क/1.png") -> Any:
    files = [{"path": path, "size": len(scan)}]
    return asked(client, "upload-begin", {"office": office, "label": "बस्ता ८", "files": files})


def put(client: Client, made: str, scan: bytes, sha256: str = "") -> Any:
    sha256 = sha256 or hashlib.sha256(scan).hexdigest()
    address = reverse("upload-piece", args=[made, 0, 0])
    return client.put(address, scan, "application/octet-stream", headers={"X-Sha256": sha256})


def test_a_scan_that_was_sent_becomes_a_batch_and_leaves_its_trace(
    client: Client, scan: bytes, app: App
) -> None:
    made = begun(client, scan).json()["id"]
    assert put(client, made, scan).status_code == 200
    assert begun(client, scan).json()["have"] == [[0, 0, hashlib.sha256(scan).hexdigest()]]
    hashes = {"sha256": [hashlib.sha256(scan).hexdigest()]}
    assert asked(client, "upload-finish", hashes, made).status_code == 200
    assert "लिया जा रहा है" in client.get(reverse("upload")).content.decode()
    take_in.run(app, made)
    batch = Batch.objects.get(label="बस्ता ८")
    assert reverse("batch", args=[batch.pk]) in client.get(reverse("upload")).content.decode()
    seen = AuditEvent.objects.filter(subject=f"upload {made}").values_list("who", "action")
    assert {("operator", "upload begun"), ("operator", "upload finished")} <= set(seen)


def test_nobody_sends_for_an_office_that_is_not_theirs(client: Client, scan: bytes) -> None:
    for office in ("indore", "", "x" * 65):
        answer = begun(client, scan, office=office)
        assert answer.status_code == 422
        assert all(answer.json()["error"].values())
    assert not Upload.objects.exists()


def test_anothers_upload_is_as_if_it_were_not_there(
    client: Client, scan: bytes, signed_in: Callable[..., Client]
) -> None:
    made = begun(client, scan).json()["id"]
    put(client, made, scan)
    other = signed_in(Role.RECORD_ROOM, departments=("*",), name="other")
    assert "बस्ता ८" not in other.get(reverse("upload")).content.decode()
    assert put(other, made, scan).status_code == 404
    hashes = {"sha256": [hashlib.sha256(scan).hexdigest()]}
    assert asked(other, "upload-finish", hashes, made).status_code == 404
    assert other.post(reverse("upload-give-up", args=[made])).status_code == 404
    assert Upload.objects.get().state == "receiving"


def test_a_path_that_leads_out_is_refused_in_three_parts_and_in_hindi(
    client: Client, scan: bytes
) -> None:
    error = begun(client, scan, path="../../etc/passwd").json()["error"]
    assert error["what"].startswith("यहाँ किसी स्कैन का नाम")
    assert all(error.values())


@pytest.mark.parametrize("said", [[], "x", {"files": 1}, {"office": "katni", "label": "x"}, None])
def test_nonsense_is_refused_in_words(client: Client, said: object) -> None:
    answer = asked(client, "upload-begin", said)
    assert (answer.status_code, all(answer.json()["error"].values())) == (422, True)


def test_a_piece_that_is_too_large_is_never_read(client: Client, scan: bytes) -> None:
    made = begun(client, scan).json()["id"]
    answer = put(client, made, bytes(5_000_001))
    assert answer.status_code == 413
    assert put(client, made, scan, "0" * 64).status_code == 422


def test_what_was_given_up_is_gone_and_says_so(client: Client, scan: bytes) -> None:
    made = begun(client, scan).json()["id"]
    put(client, made, scan)
    client.post(reverse("upload-give-up", args=[made]))
    assert "भेजना छोड़ दिया गया।" in client.get(reverse("upload")).content.decode()
    assert put(client, made, scan).status_code == 422


def test_without_the_token_of_the_page_nothing_is_taken(
    archive: Batch, signed_in: Callable[..., Client], scan: bytes
) -> None:
    signed_in(Role.OPERATOR)
    strict = Client(enforce_csrf_checks=True)
    from django.contrib.auth.models import User

    strict.force_login(
        User.objects.get(username="operator"), "django.contrib.auth.backends.ModelBackend"
    )
    assert begun(strict, scan).status_code == 403
