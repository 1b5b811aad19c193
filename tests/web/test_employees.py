"""The employee master: comes again without harm, tells what it skipped, closes only when asked."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User

import cli
from errors import WrongUsage
from lang import speaking_in
from web import employees, people
from web.models import Account, AuditEvent, Role

pytestmark = pytest.mark.django_db
HEAD = "employee_code,name,email,role,offices,departments\n"
TWO = HEAD + "E-101,राम पटेल,ram@example.in,reviewer,katni,GAD;REV\nE-102,सीता जैन,,operator,*,*\n"


def written(folder: Path, text: str | bytes) -> Path:
    """The text as a file."""
    path = folder / "employees.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8-sig"))
    return path


def told(outcome: employees.Outcome) -> tuple[int, int, int, int, int]:
    """The five sums."""
    found = employees._summary(outcome)
    names = ("added", "changed", "unchanged", "deactivated", "skipped")
    return tuple(found[name] for name in names)  # type: ignore[return-value]


def test_rows_become_accounts_and_the_same_file_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    assert told(employees.run(path)) == (2, 0, 0, 0, 0)
    account = Account.objects.get(user__username="E-101")
    assert (account.role, account.offices, account.departments) == (
        Role.REVIEWER,
        ["katni"],
        ["GAD", "REV"],
    )
    assert account.user.first_name == "राम पटेल"
    assert not account.user.has_usable_password()
    logged = AuditEvent.objects.filter(action="account changed").count()
    assert told(employees.run(path)) == (0, 0, 2, 0, 0)
    assert AuditEvent.objects.filter(action="account changed").count() == logged


def test_a_changed_row_changes_its_account_and_leaves_the_password(tmp_path: Path) -> None:
    employees.run(written(tmp_path, TWO))
    user = User.objects.get(username="E-101")
    user.set_password("सही-शब्द-99")
    user.save()
    changed = TWO.replace("katni,GAD;REV", "katni|indore,GAD")
    assert told(employees.run(written(tmp_path, changed))) == (0, 1, 1, 0, 0)
    user = User.objects.get(username="E-101")
    assert user.check_password("सही-शब्द-99")
    assert user.account.offices == ["indore", "katni"]


def test_headings_and_roles_may_be_hindi(tmp_path: Path) -> None:
    text = "कर्मचारी कोड,नाम,भूमिका,कार्यालय,विभाग\nE-7,मोहन,समीक्षक,katni,GAD\n"
    assert told(employees.run(written(tmp_path, text))) == (1, 0, 0, 0, 0)
    assert Account.objects.get().role == Role.REVIEWER


def test_each_skipped_row_is_told_with_its_line_and_why(tmp_path: Path) -> None:
    rows = (
        "E-1,क,,reviewer,*,*",
        ",बिना कोड,,reviewer,*,*",
        "E-1,दोबारा,,reviewer,*,*",
        "E-2,ख,,राजा,*,*",
        "E 3,ग,,reviewer,*,*",
        f"E-4,{'न' * 200},,reviewer,*,*",
    )
    with speaking_in("hi"):
        outcome = employees.run(written(tmp_path, HEAD + "\n".join(rows)))
    assert told(outcome) == (1, 0, 0, 0, 5)
    assert [row["line"] for row in outcome.skipped] == [3, 4, 5, 6, 7]
    reasons = " ".join(row["reason"] for row in outcome.skipped)
    for words in ("कोड नहीं है", "पंक्ति 2 में पहले से", "राजा", "चिह्न", "बहुत लंबा"):
        assert words in reasons


def test_the_gone_are_closed_only_when_asked_and_accounts_made_by_hand_never(
    tmp_path: Path,
) -> None:
    people.add("admin", people.Bounds(Role.SYSTEM_ADMIN, ("*",), ("*",)))
    employees.run(written(tmp_path, TWO))
    fewer = written(tmp_path, "\n".join(TWO.splitlines()[:2]))
    assert told(employees.run(fewer)) == (0, 0, 1, 0, 0)
    assert User.objects.get(username="E-102").is_active
    assert told(employees.run(fewer, deactivate_missing=True)) == (0, 0, 1, 1, 0)
    assert not User.objects.get(username="E-102").is_active
    assert User.objects.get(username="admin").is_active
    assert told(employees.run(written(tmp_path, TWO))) == (0, 1, 1, 0, 0)  # who comes back is open
    assert User.objects.get(username="E-102").is_active


def test_a_person_whose_row_is_skipped_is_not_gone(tmp_path: Path) -> None:
    employees.run(written(tmp_path, TWO))
    typo = written(tmp_path, TWO.replace("operator", "opertor"))
    assert told(employees.run(typo, deactivate_missing=True)) == (0, 0, 1, 0, 1)
    assert User.objects.get(username="E-102").is_active


def test_a_file_without_a_good_row_does_not_close_everybody(tmp_path: Path) -> None:
    employees.run(written(tmp_path, TWO))
    with pytest.raises(WrongUsage):
        employees.run(written(tmp_path, HEAD), deactivate_missing=True)
    assert User.objects.filter(is_active=True).count() == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,role\nx,reviewer\n",
        HEAD.encode() + b"\xff\xfe",
        HEAD.encode("utf-16"),
        (HEAD + '"' + "x" * 200_000 + '"').encode(),
    ],
    ids=["empty", "no code", "not utf-8", "utf-16", "endless cell"],
)
def test_a_file_that_is_no_employee_master_is_refused_whole(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage) as refused:
        employees.run(written(tmp_path, content))
    assert "employees.csv" in refused.value.what
    assert User.objects.count() == 0


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage):
        employees.run(tmp_path / "none.csv")


def test_first_passwords_go_into_a_new_file_that_others_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr("config.web_conf.opened_web", lambda _: nullcontext())
    path, secret = written(tmp_path, TWO + "E-103,,,nobody,,\n"), tmp_path / "passwords.csv"
    words = ["account", "import", str(path), "--passwords", str(secret), "--json"]
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 3, done.output
    report = json.loads(done.stdout)
    assert (report["added"], [row["line"] for row in report["skipped"]]) == (2, [4])
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    given = dict(csv.reader(secret.read_text(encoding="utf-8").splitlines()))
    assert User.objects.get(username="E-101").check_password(given["E-101"])
    assert all(word not in done.output for word in given.values())
    again = CliRunner().invoke(cli.main, words)
    assert again.exit_code == 2  # the file is there already; nothing is written over
