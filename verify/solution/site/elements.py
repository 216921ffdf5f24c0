"""Elements: HTML as nodes of a Sphinx document, so that titles, search and links work as on any other page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.addnodes import pending_xref

VOID = ("img",)
INLINE = ("a", "abbr", "code", "em", "span", "strong")  # after any other element a new line begins


class element(nodes.General, nodes.TextElement):  # noqa: N801 (docutils names the classes of nodes so)
    """One HTML element: `tag` and `attributes`; its children are nodes."""


class part_section(nodes.section):  # noqa: N801
    """The section of one question; `data-part` names it for the answer box."""


Content: TypeAlias = Any  # a node, a text or None, or a list or tuple of these


def tag(name: str, *content: Content, **attributes: str | bool | None) -> element:
    """An HTML element; ``class_`` and ``data_part`` become ``class`` and ``data-part``, None leaves one out."""
    named = {
        key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value not in (None, False)
    }
    node = element(tag=name, attributes=named)
    node += flattened(content)
    return node


def flattened(content: Iterable[Content]) -> list[nodes.Node]:
    """Nodes in order: texts become text nodes, None is left out, lists are joined in."""
    found: list[nodes.Node] = []
    for each in content:
        if isinstance(each, str):
            found.append(nodes.Text(each))
        elif isinstance(each, nodes.Node):
            found.append(each)
        elif each is not None:
            found += flattened(each)
    return found


def unsearched(node: nodes.Element) -> nodes.Element:
    """The node itself, left out of the search index."""
    node["classes"].append("no-search")
    return node


def formula(latex: str, place: str, *, display: bool = False) -> nodes.Element:
    """Mathematics within a line, or on lines of its own; `place` is named when it cannot be typeset."""
    latex = latex.strip()
    kind = nodes.math_block if display else nodes.math
    return kind(latex, latex, place=place)


def link(document: str, text: str, refdoc: str) -> nodes.Node:
    """A link to another document of the site, by its name from the root."""
    node = pending_xref(
        "", refdomain="std", reftype="doc", reftarget=f"/{document}", refexplicit=True, refwarn=True, refdoc=refdoc
    )
    node += nodes.inline("", text, classes=["doc"])
    return node


def visit_element(self: Any, node: element) -> None:
    attributes = "".join(
        f" {name}" if value is True else f' {name}="{self.attval(str(value))}"'
        for name, value in sorted(node["attributes"].items())
    )
    self.body.append(f"<{node['tag']}{attributes}>")


def depart_element(self: Any, node: element) -> None:
    if node["tag"] not in VOID:
        self.body.append(f"</{node['tag']}>")
    if node["tag"] not in INLINE:
        self.body.append("\n")


def visit_part(self: Any, node: part_section) -> None:
    self.section_level += 1
    part = self.attval(node["data-part"])
    asks = " data-asks" if node["asks"] else ""
    self.body.append(f'<section class="part" id="{self.attval(node["ids"][0])}" data-part="{part}"{asks}>\n')


def depart_part(self: Any, node: part_section) -> None:  # noqa: ARG001
    self.section_level -= 1
    self.body.append("</section>\n")
