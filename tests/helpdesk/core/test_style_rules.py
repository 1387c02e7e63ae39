"""Rules of the style sheets, modules and templates that can be checked by reading them."""

import gzip
import re
import statistics
from math import cos, radians, sin
from pathlib import Path

import pytest
from django.template.loader import get_template

from helpdesk.core.ui_gallery import gallery_context

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "static"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
MODULES = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.parts
)  # mail has its own rules
LAYERS = "@layer reset, base, layout, components, rooms, utilities;"
LAYER_OF_FOLDER = {"layout": "layout", "components": "components", "rooms": "rooms"}
LAYER_OF_FILE = {"tokens": "base", "reset": "reset", "base": "base", "utilities": "utilities", "print": "utilities"}

INKS = ["ink", "ink-2", "ink-3", "accent", "good", "warn", "bad"]
PAPERS = ["paper", "paper-low", "paper-high", "paper-hover"]
TEXT_PAIRS = [(ink, paper) for ink in INKS for paper in PAPERS] + [
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
    ("warn-wash", "warn"),
    *((ink, wash) for ink in ("ink", "ink-2", "ink-3") for wash in ("accent-wash", "warn-wash")),
    *((tone, f"{tone}-wash") for tone in ("accent", "good", "warn", "bad")),
    *((ink, "warn-wash") for ink in ("accent", "bad", "good")),
    *((ink, "accent-wash") for ink in ("bad", "good", "warn")),
    ("ink", "good-wash"),
    ("ink", "bad-wash"),
]
CONTROL_PAIRS = [("edge-control", paper) for paper in ("paper", "paper-low", "paper-high")]
HUES = range(20, 380, 30)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).strip()


def luminance(colour: str, hue: str = "0") -> float:
    """WCAG relative luminance of an oklch() colour, clipped to sRGB as browsers show it at worst."""
    parts = re.fullmatch(r"oklch\((?P<l>[\d.]+)% (?P<c>[\d.]+) (?P<h>[\d.]+|var\(--hue\))\)", colour)
    assert parts, colour
    lightness, chroma = float(parts["l"]) / 100, float(parts["c"])
    angle = radians(float(hue if parts["h"].startswith("var") else parts["h"]))
    a, b = chroma * cos(angle), chroma * sin(angle)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(channel, 0), 1) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)


def tokens(theme: int) -> dict[str, str]:
    css = (STATIC / "css" / "tokens.css").read_text()
    pairs = re.findall(r"--([\w-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\);", css)
    return {name: values[theme] for name, *values in pairs}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_on_its_paper_has_enough_contrast(ink: str, paper: str, theme: int) -> None:
    palette = tokens(theme)

    assert contrast(luminance(palette[ink]), luminance(palette[paper])) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "paper"), CONTROL_PAIRS)
def test_edge_of_a_control_has_enough_contrast(edge: str, paper: str, theme: int) -> None:
    palette = tokens(theme)

    assert contrast(luminance(palette[edge]), luminance(palette[paper])) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("hue", HUES)
def test_initials_on_every_hue_have_enough_contrast(hue: int, theme: int) -> None:
    css = (STATIC / "css/components/avatar.css").read_text()
    found = re.findall(r"light-dark\((oklch\(.+?\)\)), (oklch\(.+?\)\))\)", css)
    paper, ink = (pair[theme] for pair in found)

    assert f"--hue: {hue};" in css
    assert contrast(luminance(ink, str(hue)), luminance(paper, str(hue))) >= 4.5


@pytest.mark.parametrize("sheet", SHEETS, ids=relative)
def test_sheet_stands_wholly_in_its_layer(sheet: Path) -> None:
    css = without_comments(sheet.read_text())
    if sheet.stem == "tokens":
        assert css.startswith(LAYERS)
        css = css.removeprefix(LAYERS).strip()

    layer = LAYER_OF_FOLDER.get(sheet.parent.name) or LAYER_OF_FILE[sheet.stem]
    assert css.startswith(f"@layer {layer} {{")
    depths, depth = [], 0
    for brace in re.findall(r"[{}]", css):
        depth += 1 if brace == "{" else -1
        depths.append(depth)
    assert depths.index(0) == len(depths) - 1
    assert css.endswith("}")


def test_sheets_are_small() -> None:
    lengths = [len(sheet.read_text().splitlines()) for sheet in SHEETS]

    assert statistics.median(lengths) <= 60
    assert max(lengths) <= 250


@pytest.mark.parametrize(("files", "limit"), [(SHEETS, 40), (MODULES, 30)], ids=["css", "js"])
def test_files_together_stay_within_the_budget(files: list[Path], limit: int) -> None:
    together = sum(len(gzip.compress(path.read_bytes())) for path in files)

    assert together <= limit * 1024


@pytest.mark.parametrize("sheet", SHEETS, ids=relative)
def test_sheet_names_only_tokens_that_exist(sheet: Path) -> None:
    everything = "".join(path.read_text() for path in SHEETS)
    defined = set(re.findall(r"(--[\w-]+):", everything))

    used = set(re.findall(r"var\((--[\w-]+)\)", sheet.read_text()))

    assert used <= defined


def test_every_sheet_is_linked_by_a_page() -> None:
    """By its template; the original of a mail stands on a host of its own and is told the address by its view."""
    original = STATIC.parent / "tickets/views/desk/original.py"
    pages = "".join(path.read_text() for path in (*TEMPLATES, original))
    linked = set(re.findall(r"static ?\(?['\"]css/([^'\"]+)['\"]", pages))

    assert linked == {sheet.relative_to(STATIC / "css").as_posix() for sheet in SHEETS}


def test_every_module_is_loaded_by_a_template() -> None:
    """But for the service workers, which have addresses of their own (`tickets.views.cabinet.installing`,
    `helpdesk.notifications.views.browsers`)."""
    loaded = set(re.findall(r"static 'js/([^']+)'", "".join(path.read_text() for path in TEMPLATES)))

    assert loaded | {"worker.js", "notices-worker.js"} == {module.name for module in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_module_imports_none_and_says_what_it_does(module: Path) -> None:
    source = module.read_text()

    assert source.startswith("// ")
    assert not re.search(r"^\s*import\b|\bimport\(|innerHTML|\beval\(|new Function", source, re.MULTILINE)


@pytest.mark.parametrize("template", TEMPLATES, ids=relative)
def test_template_has_no_inline_style_or_script(template: Path) -> None:
    html = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", template.read_text())

    assert not re.search(r"\sstyle\s*=", html)
    assert "<style" not in html
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


@pytest.mark.parametrize("template", TEMPLATES, ids=relative)
def test_template_names_only_icons_that_exist(template: Path) -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img/icons.svg").read_text()))

    named = set(re.findall(r'\{% icon name="([\w-]+)"', template.read_text()))
    named |= set(re.findall(r'\sicon="([\w-]+)"', template.read_text()))

    assert named <= sprite


def test_fifty_rows_of_the_list_on_the_desk_fit_the_budget() -> None:
    context = gallery_context()
    context["rows"] = (context["rows"] * 10)[:50]

    rows = get_template("core/_gallery_rows.html").render(context).encode()
    desk = get_template("desk.html").render(context).encode()

    assert rows.count(b"row-subject") == 50
    assert len(rows + desk) <= 60 * 1024
    assert len(gzip.compress(rows + desk)) <= 15 * 1024
