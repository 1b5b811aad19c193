"""The files a site is started from: sound, hardened, and of one mind with the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest

import cli
from config.settings import described
from records.backlog import Backlog
from storage.open import open_store

ROOT = Path(__file__).resolve().parent.parent.parent
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
OURS = ("migrate", "bucket", "dispatcher", "worker", "web", "desk")


def tool(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    program = str(beside) if beside.exists() else shutil.which(name)
    if program:
        return program
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")


def ran(*words: str | Path, **environment: str) -> str:
    told = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    """The compose file as the program understands it, profiles and all."""
    words = (tool("docker-compose"), "-f", "docker-compose.yml", "--profile", "*", "config")
    document: dict[str, Any] = json.loads(ran(*words, "--format", "json"))
    return document


def test_the_compose_file_is_sound() -> None:
    ran(tool("docker-compose"), "-f", "docker-compose.yml", "config", "-q")


def test_a_store_elsewhere_starts_none_here() -> None:
    words = (tool("docker-compose"), "-f", "docker-compose.yml", "-f", "deploy/external-store.yml")
    document = json.loads(ran(*words, "config", "--format", "json"))
    assert {"worker", "bucket"} <= set(document["services"])
    assert "store" not in document["services"]


def test_services_are_opened_to_the_inner_network_alone() -> None:
    words = (
        tool("docker-compose"),
        "-f",
        "docker-compose.yml",
        "-f",
        "deploy/open-to-machines.yml",
    )
    told = ran(*words, "config", "--format", "json", ABHILEKH_INNER_ADDRESS="10.1.0.5")
    opened = [
        port
        for service in json.loads(told)["services"].values()
        for port in service.get("ports", [])
    ]
    assert {port["target"] for port in opened} == {5432, 5672, 8333, 8000}
    inner = {port["host_ip"] for port in opened if port["target"] != 8000}
    assert inner == {"10.1.0.5"}


@pytest.mark.parametrize("path", ["Dockerfile", "deploy/seaweedfs/Dockerfile"])
def test_the_image_files_are_sound(path: str) -> None:
    assert ran(tool("hadolint"), path) == ""


def test_the_script_for_secrets_is_sound() -> None:
    ran(tool("shellcheck"), "deploy/make-secrets", "scripts/apt-install")


def test_every_service_is_hardened(composed: dict[str, Any]) -> None:
    for name, service in composed["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        limits = service["deploy"]["resources"]["limits"]
        assert limits["cpus"] and limits["memory"], name
        doors = [port["host_ip"] for port in service.get("ports", [])]
        assert doors == (["127.0.0.1"] if name == "web" else []), f"{name} listens on the host"
        assert "latest" not in service["image"] or name in OURS, name
    for name in set(composed["services"]) - {"migrate", "bucket", "desk"}:
        assert composed["services"][name]["healthcheck"]["test"], name
        assert composed["services"][name]["restart"] == "unless-stopped", name


def test_nobody_works_as_root(composed: dict[str, Any]) -> None:
    users = {name: service.get("user") for name, service in composed["services"].items()}
    made_by_us = {*OURS, "store"}
    assert all(user for name, user in users.items() if name not in made_by_us)
    for path in ("Dockerfile", "deploy/seaweedfs/Dockerfile"):
        last = re.findall(r"^USER (\S+)$", (ROOT / path).read_text(encoding="utf-8"), re.M)[-1]
        assert int(last.partition(":")[0]) > 1000


def test_secrets_come_from_files_alone(composed: dict[str, Any]) -> None:
    for name, service in composed["services"].items():
        for setting, value in (service.get("environment") or {}).items():
            assert not re.search(r"://[^/]*:[^/]*@", value or ""), name
            if re.search("PASSWORD|SECRET|_KEY|_URL", setting):
                assert setting.endswith("_FILE") and value.startswith("/run/secrets/"), setting
    assert all(secret["file"] for secret in composed["secrets"].values())


def test_every_setting_of_the_compose_file_is_one_of_the_programs(
    composed: dict[str, Any],
) -> None:
    known = {name for name, _, _ in described()}
    for name in OURS:
        set_here = {
            setting
            for setting in composed["services"][name]["environment"]
            if setting.startswith("ABHILEKH_")
        }
        assert set_here and set_here <= known, name


def test_a_setting_in_the_sites_own_file_reaches_every_container(tmp_path: Path) -> None:
    mine = tmp_path / "settings.env"
    mine.write_text("ABHILEKH_SKETCH_DAYS=3\nABHILEKH_OFFICE=कटनी\n", encoding="utf-8")
    words = (tool("docker-compose"), "-f", "docker-compose.yml", "--profile", "*", "config")
    services = json.loads(ran(*words, "--format", "json", ABHILEKH_SETTINGS=str(mine)))["services"]
    for name in OURS:
        assert services[name]["environment"]["ABHILEKH_SKETCH_DAYS"] == "3", name
        assert services[name]["environment"]["ABHILEKH_OFFICE"] == "main", name


def test_the_sites_own_file_proposes_the_programs_settings_with_their_defaults() -> None:
    defaults = {name: default for name, default, _ in described()}
    proposed = re.findall(
        r"^# (ABHILEKH_\w+)=(\S+)$",
        (ROOT / "deploy/settings.env").read_text(encoding="utf-8"),
        re.M,
    )
    assert proposed and dict(proposed).items() <= defaults.items()


def test_every_command_of_the_compose_file_is_one_of_the_programs(
    composed: dict[str, Any],
) -> None:
    for name in set(OURS) - {"desk"}:
        first, *words = composed["services"][name]["command"]
        command: click.Command = cli.main.commands[first]
        while isinstance(command, click.Group):
            first, *words = words
            command = command.commands[first]
        if first == "manage":
            continue
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, name


def test_the_secrets_fit_each_other_and_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    ran("deploy/make-secrets", folder)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / "broker_url").unlink()
    ran("deploy/make-secrets", folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    assert folder.stat().st_mode & 0o777 == 0o700
    assert before["postgres_password"] in before["database_url"]
    (keys,) = json.loads(before["store_keys.json"])["identities"][0]["credentials"]
    assert keys["secretKey"] in before["store_url"]
    assert before["broker.conf"].split()[-1] in before["broker_url"]
    ran("deploy/make-secrets", tmp_path / "others")
    others = {path.name: path.read_text() for path in (tmp_path / "others").iterdir()}
    assert not set(before.values()) & set(others.values())
    open_store(before["store_url"])


def test_the_stores_program_takes_its_options(composed: dict[str, Any]) -> None:
    known = set(re.findall(r"^  -(\S+)", _help_of_weed(), re.M))
    options = [word for word in composed["services"]["store"]["command"] if word.startswith("-")]
    for option in options:
        name = option.lstrip("-").partition("=")[0]
        assert name in known or name == "logtostderr", name


def _help_of_weed() -> str:
    told = subprocess.run([tool("weed"), "help", "server"], capture_output=True, text=True)
    return told.stdout + told.stderr


def test_the_alarms_are_sound_and_go_off_when_they_should(tmp_path: Path) -> None:
    promtool = tool("promtool")
    ran(promtool, "check", "config", ALERTS.with_name("prometheus.yml"))
    played = (ROOT / "tests" / "deploy" / "alarms.yml").read_text(encoding="utf-8")
    (tmp_path / "alarms.yml").write_text(played.replace("ALERTS", str(ALERTS)))
    ran(promtool, "test", "rules", tmp_path / "alarms.yml")


def test_every_figure_that_an_alarm_looks_at_is_told() -> None:
    told = {f"abhilekh_backlog_{each.name}" for each in fields(Backlog)} | {"abhilekh_part_up"}
    source = (ROOT / "config" / "metrics.py").read_text(encoding="utf-8")
    told |= {f"abhilekh_{name}_total" for name in re.findall(r'counter\(\s*"(\w+)"', source)}
    for name in re.findall(r'seconds\(\s*"(\w+)"', source):
        told |= {f"abhilekh_{name}_seconds_bucket", f"abhilekh_{name}_seconds_count"}
    asked = set(re.findall(r"\babhilekh_\w+", ALERTS.read_text(encoding="utf-8")))
    assert asked <= told


def test_every_alarm_is_explained() -> None:
    explained = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in re.findall(r"alert: (\w+)", ALERTS.read_text(encoding="utf-8")):
        assert explained.count(f"`{name}`") >= 1, name
