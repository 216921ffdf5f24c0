"""PDF: what a reader of the printed pages meets, and what stops a faulty one from being written."""

import html
import io
import json
import re
import shutil
import sys
import unicodedata
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path

import example_problem
import numpy as np
import pytest
from matplotlib import image

from verify.catalog import load, paths
from verify.solution.npm import node
from verify.solution.page import Line, page_of
from verify.solution.pdf import TypstMissing, TypstRefused, compiled, write_pdf
from verify.solution.prose import formulas as formulas_in
from verify.solution.typst.document import DESIGN, Source, book, document
from verify.solution.typst.formulas import Formula, FormulaRefused, Formulas, converted
from verify.solution.typst.prose import MarkdownNotTypeset, markup

NAMES = ("rnn_backprop", "transpose_conv")
MARGIN = 22.0  # millimetres on either side that stay empty
PAPER = 210.0
FORMULA_FIELDS = {"latex", "substituted", "value", "values", "definitions", "later_definitions", "left", "right", "at"}


@cache
def page(name: str, handout: bool = False):
    return page_of(load(name), handout=handout)


def example(**changes):
    return replace(page_of(example_problem.build(), example_problem.evidence()), **changes)


def with_prompt(prompt: str):
    made = example()
    return replace(made, sections=(replace(made.sections[0], prompt=prompt), *made.sections[1:]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    written = tmp_path_factory.mktemp("pdf")
    write_pdf([page(name) for name in NAMES], [load(name) for name in NAMES], written)
    return written


@pytest.fixture
def workshop(tmp_path):
    shutil.copy(DESIGN, tmp_path)
    return tmp_path


def rendered(text: str, workshop: Path) -> list[np.ndarray]:
    """The pages of a source as grey pictures."""
    pages = compiled(Source("rendered", text, ()), workshop, format="png", ppi=72)
    listed = pages if isinstance(pages, list) else [pages]
    return [image.imread(io.BytesIO(each))[..., :3].mean(axis=-1) for each in listed]


def reaches_into_the_margins(picture: np.ndarray) -> bool:
    edge = int(MARGIN / PAPER * picture.shape[1])
    return bool(min(picture[:, :edge].min(), picture[:, -edge:].min()) < 0.9)


def typeset_text(markup_of: str, workshop: Path) -> str:
    """The words that Typst makes of markup."""
    (workshop / "words.typ").write_text(f'#import "design.typ": *\n#set document(title: "words")\n{markup_of}')
    typst = pytest.importorskip("typst")
    exported = typst.compile(workshop / "words.typ", root=workshop, format="html").decode()
    body = re.sub(r"<style>.*?</style>", "", exported.partition("<body>")[2], flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", body)).strip()


# Files ----------------------------------------------------------------------------------------------------------------


def test_there_is_a_file_for_each_page_and_a_book_of_all(folder):
    assert sorted(path.name for path in folder.iterdir()) == ["book.pdf", "rnn_backprop.pdf", "transpose_conv.pdf"]


def test_a_file_is_tagged_and_has_title_author_language_and_bookmarks(folder):
    content = (folder / "rnn_backprop.pdf").read_bytes()
    assert b"/Title(Backpropagation through a linear recurrent network)" in content
    assert b"/Author(proofset)" in content
    assert b"/Lang(en" in content
    assert b"/StructTreeRoot" in content
    assert b"<pdfuaid:part>1<" in content
    assert b"/Title((d.middle))" in content
    assert b"/CreationDate" not in content


def test_the_same_pages_give_the_same_bytes_in_any_folder(folder, tmp_path):
    names = NAMES[:1]
    write_pdf([page(name) for name in names], [load(name) for name in names], tmp_path / "elsewhere")
    again = (tmp_path / "elsewhere" / "rnn_backprop.pdf").read_bytes()
    assert again == (folder / "rnn_backprop.pdf").read_bytes()


def test_the_book_has_every_chapter_by_topic():
    text = book([page(name) for name in NAMES]).text
    assert text.index("#opening([Transposed convolution") < text.index("#opening([Backpropagation")
    assert "#cover(" in text


def test_without_typst_the_cure_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(TypstMissing, match=r'pip install "proofset\[docs\]"'):
        write_pdf([example()], [example_problem.build()], tmp_path)


# Content --------------------------------------------------------------------------------------------------------------


def test_every_verdict_is_shown_and_linked_to_its_evidence():
    text = document(example()).text
    assert '#badge("proved", [proved in general], claim: "example_problem/a/step-1")' in text
    assert '("example_problem/a/step-1", "a/' in text
    assert "undecided: the budget ran out" in text
    assert '#badge("refuted"' in text


def test_a_page_of_every_verdict_becomes_a_document(workshop):
    made = example()
    (workshop / "figures").mkdir()
    (workshop / "figures" / "example_problem-parabola-light.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    )
    assert compiled(document(made), workshop).startswith(b"%PDF")


def test_words_that_mean_something_to_typst_are_shown_as_they_are(workshop):
    words = r"#set 5 < 6 > 4 @home [in] brackets = + - / // \ ~ `x` _a_ $ 1. it's *bold*"
    shown = typeset_text(
        markup(words.replace("*", r"\*").replace("_", r"\_").replace("$", r"\$"), "here", Formulas()), workshop
    )
    assert shown.replace("’", "'") == words.replace("`x`", "x").replace("\\ ", "\\ ")


def test_lists_emphasis_code_and_addresses_are_typeset():
    text = markup("- *a* and **b**\n- `c#`\n\n1. https://example.org/a_b, see", "here", Formulas())
    assert '#list(\n[#emph[a]; and #strong[b];],\n[#raw("c#");],\n);' in text
    assert '#link("https://example.org/a_b");, see' in text


def test_a_table_in_the_words_of_an_author_is_refused_with_the_place():
    with pytest.raises(MarkdownNotTypeset, match=r"rnn/a: cannot typeset Markdown of the kind 'heading'"):
        markup("# A heading", "rnn/a", Formulas())


# Mathematics ----------------------------------------------------------------------------------------------------------


def test_a_formula_that_the_converter_refuses_is_named_with_problem_and_part():
    with pytest.raises(FormulaRefused, match=r"example_problem/a: cannot typeset \$\\frac\{1\$"):
        document(with_prompt(r"Find $\frac{1$."))


def test_a_formula_that_typst_refuses_is_named_with_problem_and_part(workshop):
    source = document(with_prompt(r"Find $\unheard x + 1$ and $y$."))
    with pytest.raises(
        FormulaRefused, match=r"example_problem/a: cannot typeset \$\\unheard x \+ 1\$: unknown variable"
    ):
        compiled(source, workshop)


def test_whatever_else_typst_refuses_is_told_in_its_words(workshop):
    with pytest.raises(TypstRefused, match=r"broken: Typst cannot make the document:\n[\s\S]*unknown variable"):
        compiled(Source("broken", "#nothing_of_this_name", ()), workshop)


def test_what_typst_warns_of_stops_the_document(workshop):
    with pytest.raises(TypstRefused, match="unknown font"):
        compiled(Source("warned", '#set text(font: "No Such Font")\nx', ()), workshop)


@pytest.mark.parametrize(
    ("latex", "typst"),
    [
        (r"\left\lVert R \right\rVert_F^2", "norm(R)_F^2"),
        (r"\lVert R \rVert", "norm(R)"),
        (r"|w| < 1", "lr(|w|) < 1"),
        (r"\mathrm{tr}(A)", 'op("tr")(A)'),
        (r"\mathrm{d}y / \mathrm{d}w", r"upright(d) y \/ upright(d) w"),
        (r"x \in (0, 1]", "x in (0, 1]"),
        (r"a \odot b", "a dot.o b"),
        (r"x_i(t)", "x_i (t)"),
    ],
)
def test_notation_of_these_pages_is_converted(latex, typst):
    assert converted([Formula(latex, "inlined", "here")]) == [typst]


def formulas_of(value: object, name: str = "") -> set[str]:
    """Every formula of a page, whatever it belongs to."""
    if is_dataclass(value):
        return {each for one in fields(value) for each in formulas_of(getattr(value, one.name), one.name)}
    if isinstance(value, tuple):
        return {each for item in value for each in formulas_of(item, name)}
    if not isinstance(value, str) or not value:
        return set()
    return {value} if name in FORMULA_FIELDS else set(formulas_in(value))


SAME = str.maketrans(dict(zip("∥∣⋅−∗′⟨〈⟩〉\u0302\u0303\u0304\u0307", "‖|·-*'<<>>^~¯˙", strict=True)))


def symbols_of(mathml: str) -> Counter[str]:
    """How often each symbol stands in a formula."""
    text = re.sub(r"<annotation.*?</annotation>", "", mathml, flags=re.DOTALL)
    text = unicodedata.normalize("NFKD", html.unescape(re.sub(r"<[^>]+>", "", text)))
    return Counter(re.sub(r"[\s\u2061-\u2064\u200b]", "", text).translate(SAME).replace("...", "…"))


def differing_symbols(formulas: list[str], typst: list[str], tmp_path: Path) -> list[str]:
    """The formulas that do not have the same symbols in KaTeX and in Typst."""
    import typst as compiler

    script = tmp_path / "katex.mjs"
    script.write_text(
        'import katex from "katex"; import { readFileSync } from "node:fs";'
        'const mathml = (tex) => katex.renderToString(tex, { output: "mathml" });'
        'process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(mathml)));'
    )
    expected = json.loads(node(script, json.dumps(formulas)))
    document = tmp_path / "formulas.typ"
    document.write_text("".join(f'#html.elem("div", attrs: (class: "f"))[${each}$]\n' for each in typst))
    exported = compiler.compile(document, format="html").decode()
    found = re.findall(r'<div class="f">(.*?)</div>', exported, re.DOTALL)
    return [
        formula
        for formula, katex, paper in zip(formulas, expected, found, strict=True)
        if symbols_of(katex) != symbols_of(paper)
    ]


def test_every_formula_has_the_same_symbols_on_paper_as_on_the_site(tmp_path):
    formulas = sorted({formula for name in paths() for formula in formulas_of(page(name))})
    typst = converted([Formula(formula, "inlined", "here") for formula in formulas])
    assert len(formulas) > 500
    assert differing_symbols(formulas, typst, tmp_path) == []


def test_a_formula_that_loses_a_symbol_on_paper_is_noticed(tmp_path):
    assert differing_symbols(["a + b", "x^2", "y"], ["a + b", "x", "y"], tmp_path) == ["x^2"]


# Layout ---------------------------------------------------------------------------------------------------------------

FRACTIONS = " & ".join(rf"\frac{{x_{number} + 1}}{{y^2 - 1}}" for number in range(9))
LONG = {
    "a long sum": " + ".join(f"a_{{{number}}} b_{{{number}}}" for number in range(40)),
    "a long product": " ".join(f"x_{{{number}}}" for number in range(90)),
    "a wide matrix": rf"\begin{{bmatrix}} {' & '.join(f'w_{{{number}}} + 9' for number in range(24))} \end{{bmatrix}}",
    "a wide fraction": rf"\frac{{{' + '.join(f'a_{{{number}}}' for number in range(50))}}}{{2}}",
    "matrices in a sum": rf"\begin{{bmatrix}} {FRACTIONS} \end{{bmatrix}} + \begin{{bmatrix}} 1 \\ 2 \end{{bmatrix}}",
}


@pytest.mark.parametrize("formula", LONG.values(), ids=LONG)
def test_a_long_formula_is_broken_or_made_smaller_and_never_clipped(formula, workshop):
    made = example(declarations=(), drawings=())
    section = replace(
        made.sections[0],
        prompt=f"Show that $${formula}$$ and explain. " * 2,
        lines=(
            Line("", formula),
            Line("=", formula, "because of **this**, which is told at some length"),
            Line("=", "1", ""),
        ),
        drawings=(),
    )
    text = document(replace(made, sections=(section,), badges=())).text
    # Without the evidence at the end a link has nowhere to go.
    unlinked = re.sub(r', claim: "[^"]*"', "", text)
    assert not any(map(reaches_into_the_margins, rendered(unlinked, workshop)))


def test_a_formula_that_is_set_without_care_reaches_into_the_margin(workshop):
    text = f'#import "design.typ": *\n#show: sheet.with("x")\n#box(${"x " * 200}$)'
    assert any(map(reaches_into_the_margins, rendered(text, workshop)))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_on_a_page_reaches_into_the_margins(name, workshop, folder):
    figures = workshop / "figures"
    figures.mkdir()
    for drawing in page(name).all_drawings:
        path = figures / f"{name}-{drawing.name}-light.svg"
        path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"/>')
    pictures = rendered(document(page(name)).text, workshop)
    assert len(pictures) > 1
    assert not any(map(reaches_into_the_margins, pictures))
