"""Reading the repository's own files, for the tests of their agreement."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BINARY = {".png", ".jpg", ".gif", ".ico", ".mo", ".gz", ".woff2", ".eml", ".dat"}
SETTING_ROW = re.compile(r"^\| `([A-Z_]+)` \| ([^|]*) \|", re.MULTILINE)
LINK = re.compile(r"(?:\]\(|\bsrc(?:set)?=\")([^)\s\"]+)[)\"]")


@cache
def tracked_files() -> frozenset[Path]:
    """What git has, as far as it is in the work tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return frozenset(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def is_text(path: Path) -> bool:
    return path.suffix not in BINARY and b"\0" not in path.read_bytes()[:1024]


def python_files() -> list[Path]:
    """Tracked modules without migrations, which are written by a machine."""
    return sorted(path for path in tracked_files() if path.suffix == ".py" and "migrations" not in path.parts)


# --- Settings -----------------------------------------------------------------------------------------------------
def read_settings() -> dict[str, str | None]:
    """Environment names that settings.py reads, each with its default as the documentation writes it.

    None where the default is computed: then the documentation says it in words.
    """
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse((ROOT / "helpdesk/settings.py").read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "env":
            name = ast.literal_eval(node.args[0])
            default = next((word.value for word in node.keywords if word.arg == "default"), None)
            found[name] = "required" if default is None else _written(default)
    return found


def _written(node: ast.expr) -> str | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    if value in ("", []):
        return "empty"
    if isinstance(value, list):
        return f"`{','.join(map(str, value))}`"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text}`"


def documented_settings() -> dict[str, str]:
    """Names in the tables of docs/settings.md with the defaults given there."""
    return {name: default.strip() for name, default in SETTING_ROW.findall((ROOT / "docs/settings.md").read_text())}


def assigned_environment_names(path: Path) -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", path.read_text(), re.MULTILINE))


# --- Documentation ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Link:
    """A link to a file of the repository, perhaps to a heading in it."""

    page: Path
    target: Path
    heading: str

    @property
    def leads_somewhere(self) -> bool:
        if not self.heading:
            return self.target.exists()
        return self.target.is_file() and self.heading in headings_of(self.target)


def links_of(page: Path) -> list[Link]:
    """The links of a page that stay inside the repository."""
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target]
    return [
        Link(page, (page.parent / path).resolve() if path else page, heading)
        for path, _, heading in (target.partition("#") for target in targets)
    ]


def headings_of(page: Path) -> set[str]:
    """The anchors that a page's headings give, written as common viewers do."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


# --- Python -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Function:
    """`is_view`: it answers a request and stands where views do."""

    name: str
    lines: int
    is_view: bool


def functions_of(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.args.args[0].annotation if node.args.args else None
            is_view = "views" in path.parts and first is not None and ast.unparse(first).endswith("HttpRequest")
            yield Function(node.name, (node.end_lineno or node.lineno) - node.lineno + 1, is_view)


def imported_modules(places: list[str]) -> set[str]:
    """Top-level names of what the files in these places import, and of the apps that the settings name."""
    files = [path for path in python_files() if path.relative_to(ROOT).parts[0] in places]
    found: set[str] = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    settings = (ROOT / "helpdesk/settings.py").read_text()
    return found | {name.split(".")[0] for name in re.findall(r"\"([a-z_]+(?:\.\w+)*)\"", settings)}


def dependency_lines(table: str) -> list[str]:
    """The lines of a list in pyproject.toml, comments included."""
    text = (ROOT / "pyproject.toml").read_text()
    block = re.search(rf"^{table} = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    return [line.strip() for line in block[1].splitlines() if line.strip()]
