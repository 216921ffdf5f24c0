"""Extension: what Sphinx is taught: the pages of problems, and mathematics typeset by KaTeX when the site is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.parsers import Parser

from verify.solution.site import elements
from verify.solution.site.content import SUFFIX, from_text
from verify.solution.site.formulas import Formula, typeset
from verify.solution.site.listing import content_nodes
from verify.solution.site.prose import MATHEMATICS, Prose

HERE = Path(__file__).parent


class PageParser(Parser):
    """Reads the plain data of a page."""

    supported = ("proofset-page",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        name = document.settings.env.docname
        document += content_nodes(from_text(inputstring), Prose(document.settings), name)


def setup(app: Any) -> dict[str, Any]:
    """What Sphinx asks of an extension."""
    app.add_source_suffix(SUFFIX, "proofset-page")
    app.add_source_parser(PageParser)
    app.add_config_value("proofset_program", "", "env", str)  # pages of another version are written anew
    app.add_node(elements.element, html=(elements.visit_element, elements.depart_element))
    app.add_node(elements.part_section, html=(elements.visit_part, elements.depart_part))
    app.add_html_math_renderer("katex", (_visit_inline, None), (_visit_display, None))
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _typeset_all)
    app.connect("doctree-resolved", _note_written)
    app.connect("html-collect-pages", _index_the_rest)
    app.connect("html-page-context", _level_captions, priority=900)  # after the theme has made the navigation
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


# Mathematics ----------------------------------------------------------------------------------------------------------


def _formulas(env: Any) -> dict[str, dict[Formula, str]]:
    """By document: its formulas, and where each stands."""
    if not hasattr(env, "proofset_formulas"):
        env.proofset_formulas = {}
    found: dict[str, dict[Formula, str]] = env.proofset_formulas
    return found


def _collect(app: Any, doctree: nodes.document) -> None:
    found: dict[Formula, str] = {}
    for node in doctree.findall(lambda each: isinstance(each, MATHEMATICS)):
        assert isinstance(node, nodes.Element)
        node["classes"].append("no-search")  # LaTeX is nothing that a reader searches for
        place = node.get("place") or f"{app.env.docname}, line {node.line or 1}"
        found.setdefault(_formula(node), place)
    _formulas(app.env)[app.env.docname] = found


def _forget(app: Any, env: Any, docname: str) -> None:  # noqa: ARG001
    _formulas(env).pop(docname, None)


def _merge(app: Any, env: Any, docnames: set[str], other: Any) -> None:  # noqa: ARG001
    _formulas(env).update({name: _formulas(other)[name] for name in docnames if name in _formulas(other)})


def _typeset_all(app: Any, env: Any) -> list[str]:
    places: dict[Formula, str] = {}
    for found in _formulas(env).values():
        for formula, place in found.items():
            places.setdefault(formula, place)
    app.builder.proofset_typeset = typeset(places) if places else {}
    return []


def _formula(node: nodes.Element) -> Formula:
    latex = node.astext().strip()
    if (
        isinstance(node, nodes.math_block)
        and r"\begin{align" not in latex
        and r"\\" in latex
        and r"\begin" not in latex
    ):
        latex = rf"\begin{{gathered}}{latex}\end{{gathered}}"
    return Formula(latex, isinstance(node, nodes.math_block))


def _visit_inline(self: Any, node: nodes.math) -> None:
    self.body.append(self.builder.proofset_typeset[_formula(node)])
    raise nodes.SkipNode


def _visit_display(self: Any, node: nodes.math_block) -> None:
    html = self.builder.proofset_typeset[_formula(node)]
    boxed = isinstance(node.parent, elements.element) and "scrolls" in node.parent["attributes"].get("class", "")
    self.body.append(f"{html}\n" if boxed else f'<div class="scrolls display">{html}</div>\n')
    raise nodes.SkipNode


# Search ---------------------------------------------------------------------------------------------------------------


def _note_written(app: Any, doctree: nodes.document, docname: str) -> None:  # noqa: ARG001
    _written(app.builder).add(docname)


def _index_the_rest(app: Any) -> list[Any]:
    """Index pages that are not written again: of these, what Sphinx reads back from the old index is incomplete."""
    env, builder = app.env, app.builder
    for name in sorted(env.found_docs - _written(builder)):
        title = env.longtitles.get(name)
        builder.index_page(name, env.get_doctree(name), title.astext() if title is not None else "")
    return []


def _written(builder: Any) -> set[str]:
    if not hasattr(builder, "proofset_written"):
        builder.proofset_written = set()
    found: set[str] = builder.proofset_written
    return found


# Navigation -----------------------------------------------------------------------------------------------------------


def _level_captions(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:  # noqa: ARG001
    """A caption that says it is a heading also has to say of which level."""
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace('role="heading">', 'role="heading" aria-level="2">')
