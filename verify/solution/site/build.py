"""Build: the site as files that any browser opens, from any server or none; no page asks for anything elsewhere."""

from __future__ import annotations

import json
import re
import shutil
import warnings
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

from verify.errors import VerifyError
from verify.solution.answer_box import write_answer_box
from verify.solution.npm import cache_folder, packages
from verify.solution.program import program
from verify.solution.site.content import Solution

HERE = Path(__file__).parent
ANSWER_BOX = HERE.parent / "answer_box" / "static"
MARKER = ".proofset-site"  # lists the files of a site, so that a later build removes those that are gone
SETTINGS = """from verify.solution.site.build import configuration
globals().update(configuration(handout={handout}))
proofset_program = "{program}"
"""
UNWANTED = (".buildinfo", ".doctrees", "_sources", "objects.inv.tmp")


class SphinxMissing(VerifyError):
    """Sphinx, MyST or Furo is not installed; carries the name of the module."""

    def __init__(self, module: str) -> None:
        self.module = module
        super().__init__(f'writing the site needs {module}, which is not installed: pip install "proofset[docs]"')


class SiteWarnings(VerifyError):
    """Sphinx warned of something; a site with a broken link or reference is not written."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(f"Sphinx found faults in the pages, so the site was not written:\n{said.strip()}")


class FolderTaken(VerifyError):
    """The folder for the site holds files that are not of a site."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} holds files that are not of a site written here; they would be mixed with its pages. "
            "Choose another folder with --out, or empty this one"
        )


def write_site(
    solutions: Sequence[Solution],
    figures: Mapping[str, bytes],
    folder: Path | str,
    *,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
    documents: Path | None = None,
    mutants: Mapping[str, tuple[int, int]] | None = None,
    work: Path | None = None,
) -> list[Path]:
    """The files of the site, written to `folder`; those of an earlier site there that are gone are removed.

    - `figures`: drawings by file name.
    - `answers`: what the answer boxes judge by, by part; without any, no page has boxes that work.
    - `documents`: the folder of further documents in Markdown; None for none.
    - `mutants`: how many damaged copies were caught and how many tried, by problem.
    - `work`: where is kept what a later build may use again; by default in the user's cache.

    Raises `BadEquations` for a formula that cannot be typeset, and `SiteWarnings` for a broken link.
    """
    folder = Path(folder)
    _refuse_taken(folder)
    own = cache_folder() / "site" / sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    built = _built(solutions, work or own, documents, mutants or {})
    for name, content in figures.items():
        _write(built / "figures" / name, content)
    _copy_katex(built / "_static" / "katex")
    if not any(solution.page.handout for solution in solutions):
        write_answer_box(built, answers or {})
    kept = {*_names(built)} - _stale_figures(built, figures)
    return _mirror(built, folder, sorted(kept))


# Sphinx ---------------------------------------------------------------------------------------------------------------


def _built(
    solutions: Sequence[Solution], work: Path, documents: Path | None, mutants: Mapping[str, tuple[int, int]]
) -> Path:
    try:
        from verify.solution.site.sources import site_sources

        sources = site_sources(solutions, documents, mutants)
        handout = any(solution.page.handout for solution in solutions)
        _write_sources({**sources, "conf.py": SETTINGS.format(handout=handout, program=program())}, work / "source")
        _run_sphinx(work)
    except ModuleNotFoundError as error:
        raise SphinxMissing(error.name or "Sphinx") from error
    html = work / "html"
    pages = {f"{Path(name).with_suffix('')}.html" for name in sources} | {"search.html", "genindex.html"}
    for path in html.rglob("*.html"):  # pages of an earlier build that nothing leads to any more
        if path.relative_to(html).as_posix() not in pages and "_static" not in path.parts:
            path.unlink()
    return html


def _write_sources(sources: Mapping[str, str], folder: Path) -> None:
    """Write what has changed, so that Sphinx reads only that again."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in sources:
            path.unlink()
    for name, text in sources.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            _write(path, text.encode())


def _run_sphinx(work: Path) -> None:
    from sphinx.application import Sphinx
    from sphinx.errors import ExtensionError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    said = StringIO()
    source, output, trees = work / "source", work / "html", work / "doctrees"
    with patch_docutils(), docutils_namespace(), warnings.catch_warnings():
        # That one library uses what another will remove is no fault of a page.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            Sphinx(source, source, output, trees, "html", status=None, warning=said).build()
        except ExtensionError as error:
            shutil.rmtree(trees, ignore_errors=True)
            if isinstance(error.__cause__, VerifyError):
                raise error.__cause__ from None  # an error of ours, which Sphinx has wrapped
            raise
    faults = re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue()).replace(f"{source}/", "")
    if faults.strip():
        shutil.rmtree(trees, ignore_errors=True)  # otherwise a second build would read nothing and warn of nothing
        raise SiteWarnings(faults)


def configuration(handout: bool) -> dict[str, Any]:
    """Sphinx's settings, for its ``conf.py``."""
    scripts = ["site.js"]
    styles = ["katex/katex.min.css", "site.css"]
    if not handout and ANSWER_BOX.is_dir():
        scripts += [f"answer_box/{name}" for name in ("answer_box.js",) if (ANSWER_BOX / name).is_file()]
        styles += [f"answer_box/{name}" for name in ("answer_box.css",) if (ANSWER_BOX / name).is_file()]
    return {
        "project": "proofset",
        "extensions": [
            "myst_parser",
            "sphinx.ext.autodoc",
            "sphinx_copybutton",
            "verify.solution.site.extension",
        ],
        "root_doc": "index",
        "default_role": "code",
        "source_suffix": {".md": "markdown"},
        "myst_enable_extensions": ["dollarmath"],
        "myst_fence_as_directive": ["math"],
        "myst_heading_anchors": 3,
        "myst_dmath_allow_labels": False,
        "myst_dmath_double_inline": True,
        "autodoc_member_order": "bysource",
        "autodoc_typehints": "signature",
        "copybutton_prompt_text": r">>> |\.\.\. |\$ ",
        "copybutton_prompt_is_regexp": True,
        "templates_path": [str(HERE / "templates")],
        "html_theme": "furo",
        "html_theme_options": {"navigation_with_keys": False},
        "html_title": "proofset",
        "html_math_renderer": "katex",
        "html_static_path": [str(HERE / "static")],
        "html_css_files": styles,
        "html_js_files": scripts,
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_permalinks_icon": "#",
        "html_domain_indices": False,
        "pygments_style": "a11y-high-contrast-light",
        "pygments_dark_style": "a11y-high-contrast-dark",
    }


# Files ----------------------------------------------------------------------------------------------------------------


def _copy_katex(folder: Path) -> None:
    """KaTeX's style sheet and the one font format that every browser in use reads."""
    source = packages() / "katex" / "dist"
    style = (source / "katex.min.css").read_text(encoding="utf-8")
    only_woff2 = re.sub(r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("\w+"\)', "", style)
    _write(folder / "katex.min.css", only_woff2.encode())
    for font in sorted((source / "fonts").glob("*.woff2")):
        _write(folder / "fonts" / font.name, font.read_bytes())


def _names(folder: Path) -> list[str]:
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return [path.as_posix() for path in paths if path.parts[0] not in UNWANTED]


def _stale_figures(built: Path, figures: Mapping[str, bytes]) -> set[str]:
    return {name for name in _names(built) if name.startswith("figures/") and Path(name).name not in figures}


def _refuse_taken(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise FolderTaken(folder)


def _mirror(built: Path, folder: Path, names: Sequence[str]) -> list[Path]:
    """Copy the files of those names, and remove what an earlier site had besides."""
    marker = folder / MARKER
    before = json.loads(marker.read_text(encoding="utf-8")) if marker.is_file() else []
    for name in set(before) - set(names):
        (folder / name).unlink(missing_ok=True)
    for name in names:
        _write(folder / name, (built / name).read_bytes())
    _write(marker, (json.dumps(names, indent=0) + "\n").encode())
    return [folder / name for name in names]


def _write(path: Path, content: bytes) -> None:
    """Write where something changes; the time of what stays the same is kept."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
