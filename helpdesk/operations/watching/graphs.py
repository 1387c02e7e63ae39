"""Lines of a day as SVG: where their points are, and what they show in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.readable import date_text
from helpdesk.operations.watching.families import family_of, known
from helpdesk.operations.watching.figures import told

STEP = timedelta(minutes=10)
POINTS = 144
WIDTH, HEIGHT = 288, 48
"""Of the drawing; the page stretches it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure over the day: pieces of a line, each as the `points` of a polyline. Where nothing was measured there
    is no line."""

    name: str
    pieces: list[str]


@dataclass(frozen=True, slots=True)
class Graph:
    """`title` is what it shows; `words` what one would see in it; `top` the figure at its upper edge."""

    title: str
    words: str
    top: str
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT


def graph(
    series: str, *, title: str, lines: Sequence[tuple[str, str, Sequence[float | None]]], first: datetime
) -> Graph | None:
    """Of `lines`: class of the line, the measure it is told by, and a figure for each step from `first` on. None when
    there was nothing all day."""
    told_at = [(measure, at, figure) for _name, measure, row in lines for at, figure in enumerate(row)]
    figures = [(figure, measure, at) for measure, at, figure in told_at if figure is not None]
    most, measure, at = max(figures, key=lambda each: (each[0], each[2]), default=(0.0, "", 0))
    if most <= 0:
        return None
    scale = max(most, 100.0 if series.startswith(("disk", "connections", "broker")) else 1.0)
    peak = {"figure": told(series, measure, most), "time": clock(first + STEP * at)}
    return Graph(
        title=title,
        words="" if known(family_of(series)).is_floor else _("At most %(figure)s, at %(time)s") % peak,
        top=told(series, measure, scale),
        lines=[Line(name, _pieces(row, scale)) for name, _measure, row in lines],
    )


def clock(at: datetime) -> str:
    return date_text(timezone.localtime(at), "H:i")


def steps(rows: Sequence[dict[str, Any]], name: str, first: datetime) -> list[float | None]:
    """The figure `name` of each step; None where there is none."""
    found: list[float | None] = [None] * POINTS
    for row in rows:
        at = int((row["step"] - first) / STEP)
        if 0 <= at < POINTS and row[name] is not None:
            found[at] = float(row[name])
    return found


def _pieces(figures: Sequence[float | None], scale: float) -> list[str]:
    pieces: list[list[str]] = [[]]
    for at, figure in enumerate(figures):
        if figure is None:
            pieces.append([])
        else:
            x, y = (at + 0.5) * WIDTH / POINTS, HEIGHT - 1 - (HEIGHT - 2) * max(0.0, figure) / scale
            pieces[-1].append(f"{x:.0f},{y:.1f}")
    return [" ".join(each if len(each) > 1 else [each[0], each[0]]) for each in pieces if each]
