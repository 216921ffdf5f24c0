"""Figures: the drawings of a problem as SVG, one for light and one for dark pages, the same bytes on every run."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.errors import VerifyError

if TYPE_CHECKING:
    from verify.problem import Figure, Problem

SIZE = (6.4, 3.6)  # inches; GitHub's column is about as wide
SCHEMES = {"light": ("#1f2328", "#d1d9e0"), "dark": ("#e6edf3", "#3d444d")}  # GitHub's own text and line colours
# Okabe and Ito's palette, which people with any colour vision can tell apart; lighter first colour in the dark.
PALETTES = {
    "light": ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9"),
    "dark": ("#56b4e9", "#e69f00", "#2dc997", "#e3a0c6", "#f0e442", "#5aa9e6"),
}


class DrawingNotPossible(VerifyError):
    """Matplotlib is not installed."""

    def __init__(self) -> None:
        super().__init__('drawing figures needs Matplotlib, which is not installed: pip install "proofset[docs]"')


def write_figures(problem: Problem, folder: Path, names: set[str] | None = None) -> list[Path]:
    """The files written: two for each figure, ``<problem>-<figure>-light.svg`` and ``-dark.svg``.

    `names` restricts them to some figures.  Raises `DrawingNotPossible` where Matplotlib is missing.
    """
    written = []
    for figure in problem.figures:
        if names is not None and figure.name not in names:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        for scheme in SCHEMES:
            path = folder / f"{problem.id}-{figure.name}-{scheme}.svg"
            path.write_bytes(svg(figure, scheme))
            written.append(path)
    return written


def svg(figure: Figure, scheme: str) -> bytes:
    """The drawing in one colour scheme, ``light`` or ``dark``, on a transparent ground."""
    try:
        import matplotlib
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Canvas
    except ImportError as error:
        raise DrawingNotPossible from error
    with matplotlib.rc_context(_settings(scheme, figure.name)):
        canvas = Canvas(figsize=SIZE, layout="constrained")
        FigureCanvasSVG(canvas)
        figure.draw(canvas.add_subplot())
        buffer = BytesIO()
        # Without the date and the version the same drawing gives the same bytes.
        canvas.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return b"\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + b"\n"


def _settings(scheme: str, salt: str) -> Any:
    from cycler import cycler
    from matplotlib import rcParamsDefault

    text, line = SCHEMES[scheme]
    colours = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color", "axes.titlecolor"), text)
    return {
        # The reader's own settings file must not change a committed page.
        **{name: value for name, value in rcParamsDefault.items() if not name.startswith("backend")},
        **colours,
        "axes.edgecolor": line,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.prop_cycle": cycler(color=PALETTES[scheme]),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "figure.facecolor": "none",
        "font.family": "STIXGeneral",  # comes with Matplotlib, and matches the mathematics beside it
        "font.size": 11.0,
        "grid.alpha": 0.6,
        "grid.color": line,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "mathtext.fontset": "stix",
        "patch.edgecolor": text,
        "svg.fonttype": "path",  # the reader's machine may not have the font
        "svg.hashsalt": salt,
        "hatch.color": text,
    }
