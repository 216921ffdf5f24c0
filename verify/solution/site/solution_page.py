"""Solution page: a worked solution or handout as nodes of a Sphinx document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docutils import nodes  # type: ignore[import-untyped]

from verify.evidence import Verdict
from verify.solution.arrangement import by_answer, families, family_sentence, number_rows, what_agrees, what_was_got
from verify.solution.markdown import MARKS
from verify.solution.page import (
    Agreement,
    Badge,
    Declaration,
    Drawing,
    Line,
    Section,
    Statement,
    Worked,
    WrongAnswer,
)
from verify.solution.plain import plain, plain_prose
from verify.solution.site.content import Box, Solution
from verify.solution.site.elements import Content, element, formula, part_section, tag, unsearched
from verify.solution.site.formulas import DISPLAYSTYLE
from verify.solution.site.prose import Prose

SHORT = 24  # characters in plain text of a left-hand side that fit beside the right-hand side
BESIDE = 46  # characters in plain text of a right-hand side that leave room for its reason on the same row
HOMEWORK = "homework"
FIGURE = {"width": "614", "height": "346"}  # the size of the drawings, so that nothing moves when they appear
METHODS = {
    "algebraic": "constants compared as exact algebraic numbers",
    "ball": "ball arithmetic at exact points",
    "cases": "every case on its own",
    "choice": "the options compared with the answer",
    "counterexample": "an instance at which the two sides differ",
    "dominance": "growth compared exponent by exponent",
    "exact": "the difference is zero in exact arithmetic",
    "experiment": "a recorded experiment, and a smaller one run again",
    "induction": "its beginning and one step",
    "matrix": "the same normal form for matrices of every size",
    "number": "exact numbers, or the stated tolerance",
    "search": "random instances, none of which differs",
    "structural": "both sides are the same term",
    "sums": "sums in closed form, then exact arithmetic",
    "tokens": "word by word",
}
LEGEND = (
    (Verdict.PROVED, "decided exactly, for what the words beside it say"),
    (Verdict.SUPPORTED, "a search for a counterexample found none, and nothing was proved"),
    (Verdict.REFUTED, "a counterexample is on record"),
    (Verdict.UNDECIDED, "none of these within the budget"),
)


def badge_mark(verdict: Verdict, text: Content | Iterable[Content]) -> element:
    """A verdict in a few words, with its mark."""
    mark = tag("span", MARKS[verdict], class_="mark", aria_hidden="true")
    return tag("span", mark, " ", text, class_=f"verdict {verdict.value}")


def tally(counts: Iterable[tuple[Verdict, int]]) -> element:
    """How many claims have each verdict."""
    marks = [badge_mark(verdict, f"{count} {verdict.value}") for verdict, count in counts]
    return tag("span", [[mark, " "] for mark in marks], class_="tally")


@dataclass(frozen=True)
class SolutionPage:
    """Builds the nodes of one page; `prose` turns the text of authors into nodes."""

    solution: Solution
    prose: Prose

    def content(self) -> nodes.section:
        """The page: one section with its title."""
        page = self.solution.page
        top = nodes.section(ids=[page.identifier], classes=["worked-solution"])
        top += nodes.title("", "", *self.prose.line(page.title, f"{page.identifier}, title"))
        top += self.head()
        top += self.given()
        top += [self.drawing(drawing) for drawing in page.drawings]
        if self.solution.variants:
            top += self.switcher()
        boxes = {box.part: box for box in self.solution.boxes}
        top += [self.part(section, boxes.get(section.identifier)) for section in page.sections]
        top += self.statements()
        if page.badges:
            top += self.evidence()
        if page.source:
            source = self.prose.line(page.source, f"{page.identifier}, source")
            top += tag("p", "Source: ", source, ".", class_="source")
        return top

    # The problem ------------------------------------------------------------------------------------------------------

    def head(self) -> list[nodes.Node]:
        page = self.solution.page
        found: list[nodes.Node] = []
        topics = " · ".join(page.topics)
        if page.badges:
            claims = "one claim checked" if len(page.badges) == 1 else f"{len(page.badges)} claims checked"
            counts = [(verdict, count) for verdict, count in page.counts.items()]
            found.append(
                tag("p", tag("span", topics, class_="topics"), f" {claims}: ", tally(counts), class_="summary")
            )
        elif topics:
            found.append(tag("p", tag("span", topics, class_="topics"), class_="summary"))
        statement = self.prose.blocks(page.statement, f"{page.identifier}, statement")
        found.append(tag("div", statement, class_="statement"))
        return found

    def given(self) -> list[nodes.Node]:
        page = self.solution.page
        place = f"{page.identifier}, given"
        items = [self.declaration(each, place) for each in page.declarations]
        if page.definitions:
            items.append(tag("li", self.listed(page.definitions, place)))
        items += [self.declaration(each, place) for each in page.conditions]
        if not items:
            return []
        return [tag("div", label("Given"), tag("ul", items), class_="given")]

    def declaration(self, declared: Declaration, place: str) -> element:
        note = [" (", *self.prose.line(declared.note, place), ")"] if declared.note else None
        return tag("li", formula(declared.latex, place), note)

    def switcher(self) -> element:
        """The choice of numbers, which a script makes visible; without it every variant is a fold of its own."""
        options = [tag("option", "the homework’s", value=HOMEWORK)]
        options += [
            tag("option", f"variant {variant.seed}", value=str(variant.seed)) for variant in self.solution.variants
        ]
        chooser = tag("select", options, id="numbers", autocomplete="off")
        return unsearched_tag(
            "div", tag("label", "Numbers: ", for_="numbers"), chooser, class_="numbers-switch", hidden=True
        )

    # Questions --------------------------------------------------------------------------------------------------------

    def part(self, section: Section, box: Box | None) -> nodes.section:
        place = section.identifier
        node = part_section(ids=[section.name], names=[section.name])
        node["data-part"] = section.identifier
        node["asks"] = section.asked is not None
        node += nodes.title("", f"Part ({section.name})")
        node += tag("div", self.prose.blocks(section.prompt, f"{place}, prompt"), class_="prompt")
        if section.options:
            rows = [(tag("dt", name), tag("dd", self.prose.line(text, place))) for name, text in section.options]
            node += tag("dl", rows, class_="options")
        if section.asked is not None:
            node += self.asked(section.asked, HOMEWORK, place)
            node += [
                self.asked(asked, str(seed), place, hidden=True)
                for seed, other in self.others(section)
                if (asked := other.asked) is not None
            ]
        if self.solution.page.handout:
            return node
        if box is not None and box.checkable:
            node += answer_box(box, section)
        elif box is not None and box.kind == "function":
            call = f'verify.check("{section.identifier}", your_function)'
            node += tag("p", "Check your own code in Python: ", nodes.literal(call, call), class_="call")
        node += tag("div", self.solved(section), class_="solution")
        return node

    def others(self, section: Section) -> list[tuple[int, Section]]:
        """The same question in every variant."""
        return [
            (variant.seed, other)
            for variant in self.solution.variants
            for other in variant.page.sections
            if other.identifier == section.identifier
        ]

    def asked(self, asked: Worked, numbers: str, place: str, *, hidden: bool = False) -> element:
        text = self.prose.line(asked.text, place) if numbers == HOMEWORK else []
        take = [" Take " if text else "Take ", *self.listed(asked.values, place), "."] if asked.values else None
        return tag("p", text, take, class_="asked", data_numbers=numbers, hidden=hidden)

    def solved(self, section: Section) -> list[Content]:
        place = section.identifier
        found: list[Content] = [self.written(section.definitions, place)]
        if section.answer:
            found += self.answer(section)
        found.append(self.derivation(section.lines, place))
        found += self.numbers(section)
        found += [self.agreements(section), self.mistakes(section)]
        found += [self.drawing(drawing) for drawing in section.drawings]
        return found

    def written(self, definitions: Sequence[str], place: str) -> Content:
        return tag("p", "Write ", *self.listed(definitions, place), ".") if definitions else None

    def answer(self, section: Section) -> list[Content]:
        lead = "A full answer says" if section.kind == "explanation" else "Answer"
        body = self.prose.blocks(section.answer, f"{section.identifier}, answer")
        return [tag("div", label(lead), body, class_="answer")]

    def derivation(self, lines: Sequence[Line], place: str) -> Content:
        """A list of lines; relations stand below each other, reasons beside or below what they justify."""
        if not lines:
            return None
        first, *rest = lines
        if not rest:
            return scrolling(formula(first.latex, f"{place}, line 1", display=True))
        start = formula(f"{DISPLAYSTYLE}{first.latex}", f"{place}, line 1")
        apart = len(plain(first.latex)) > SHORT
        widest = max(len(plain(line.latex)) for line in rest)
        items: list[element] = []
        if apart:
            items.append(tag("li", scrolling(start, "start"), class_="line"))
        for number, line in enumerate(rest, 2):
            left = scrolling(start, "left") if number == 2 and not apart else None
            items.append(self.line(line, left, f"{place}, line {number}"))
        kind = f"derivation {'stacked' if apart or widest > BESIDE else 'beside'}"
        return tag("ol", items, class_=f"{kind}{' indented' if apart else ''}")

    def line(self, line: Line, left: Content, place: str) -> element:
        right = scrolling(formula(f"{DISPLAYSTYLE}{line.relation} {line.latex}", place), "right")
        because = tag("span", self.prose.line(line.because, f"{place}, reason"), class_="because")
        return tag("li", left, right, because, self.badge(line.badge), class_="line")

    def numbers(self, section: Section) -> list[Content]:
        """The homework's numbers, then those of every variant, folded."""
        place = f"{section.identifier}, numbers"
        found: list[Content] = [
            tag("div", self.worked(worked, place), class_="numbers", data_numbers=HOMEWORK)
            for worked in section.worked
            if worked.lines
        ]
        for seed, other in self.others(section):
            body: list[Content] = []
            if other.answer and section.kind != "explanation" and other.answer != section.answer:
                body += self.answer(other)
            body += [self.worked(worked, place) for worked in other.worked if worked.lines]
            if body:
                taken = self.asked(other.asked, str(seed), place) if other.asked and not other.worked else None
                summary = tag("summary", f"With other numbers: variant {seed}")
                found.append(
                    unsearched_tag("details", summary, taken, body, class_="numbers variant", data_numbers=str(seed))
                )
        return found

    def worked(self, worked: Worked, place: str) -> list[Content]:
        values = [", with ", *self.listed(worked.values, place)] if worked.values else None
        chain = scrolling(formula(_chain(number_rows(worked)), place, display=True))
        return [tag("p", tag("strong", "In numbers"), values, ":", class_="lead"), chain, self.published(worked)]

    def published(self, worked: Worked) -> Content:
        if worked.key is None:
            return None
        agrees = "The stated answer agrees: " if worked.key.verdict.passed else "The stated answer: "
        return tag("div", agrees, self.badge(worked.key), class_="published")

    def agreements(self, section: Section) -> Content:
        if not section.agreements:
            return None
        items = [
            tag("li", self.agreement(each, section.identifier), self.badge(each.badge)) for each in section.agreements
        ]
        return tag("div", label("The same, computed independently"), tag("ul", items), class_="agreements")

    def agreement(self, agreement: Agreement, place: str) -> element:
        return tag("span", self.prose.line(what_agrees(agreement), place))

    def mistakes(self, section: Section) -> Content:
        if not section.wrong_answers:
            return None
        slips = by_answer(section.wrong_answers)
        items = [self.mistake(each, f"{section.identifier}, mistakes") for each in slips]
        return tag("details", tag("summary", "If you got something else"), tag("ul", items), class_="mistakes")

    def mistake(self, slips: Sequence[WrongAnswer], place: str) -> element:
        got = [*self.prose.line(what_was_got(slips), place), " "] if what_was_got(slips) else None
        told = [
            (
                " Or: " if number else None,
                tag("em", self.prose.line(slip.name, place)),
                ". ",
                self.prose.line(slip.feedback, place),
            )
            for number, slip in enumerate(slips)
        ]
        return tag("li", got, [each for row in told for each in row])

    # The whole problem ------------------------------------------------------------------------------------------------

    def statements(self) -> list[nodes.section]:
        page = self.solution.page
        true = [each for each in page.statements if not each.believed_false]
        false = [each for each in page.statements if each.believed_false]
        place = f"{page.identifier}, statements"
        found = []
        if true:
            written = self.written(page.later_definitions, place)
            found.append(section("what-else-holds", "What else holds", [written, *self.families(true)]))
        if false:
            found.append(section("believed-but-false", "Believed, but false", self.families(false)))
        return found

    def families(self, statements: Sequence[Statement]) -> list[Content]:
        """Statements one by one; those whose names differ only in a number share one list."""
        return [self.family(group) if len(group) > 1 else self.statement(group[0]) for group in families(statements)]

    def family(self, statements: Sequence[Statement]) -> element:
        rows = [
            tag(
                "li",
                scrolling(formula(f"{DISPLAYSTYLE}{each.latex}", self.place(each)), "right") if each.latex else None,
                self.badge(each.badge),
                class_="line",
            )
            for each in statements
        ]
        return tag(
            "div",
            self.lead(family_sentence(statements), statements[0]),
            tag("ol", rows, class_="family"),
            class_="stated",
        )

    def statement(self, statement: Statement) -> element:
        place = self.place(statement)
        body: list[Content] = [self.lead(statement.sentence, statement)]
        if statement.latex:
            body.append(scrolling(formula(statement.latex, place, display=True)))
        if (found := statement.refutation) is not None:
            where = formula(f"{found.left} {found.relation} {found.right}", place)
            body.append(
                tag(
                    "p", "A counterexample: ", *self.listed(found.at, place), ", where " if found.at else "", where, "."
                )
            )
        return tag("div", body, self.badge(statement.badge), class_="stated")

    def lead(self, sentence: str, statement: Statement) -> element:
        because = statement.because
        text = because[:1].upper() + because[1:]
        full = text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."
        return tag(
            "div", tag("strong", f"{sentence}."), " ", self.prose.line(full, self.place(statement)), class_="lead"
        )

    def place(self, statement: Statement) -> str:
        return f"{self.solution.page.identifier}, {statement.name}"

    def drawing(self, drawing: Drawing) -> element:
        stem = f"../figures/{self.solution.page.identifier}-{drawing.name}"
        alternative = " ".join(drawing.alternative.split())
        images = [
            tag("img", src=f"{stem}-{scheme}.svg", alt=alternative, class_=f"only-{scheme}", loading="lazy", **FIGURE)
            for scheme in ("light", "dark")
        ]
        place = f"{self.solution.page.identifier}, figure {drawing.name}"
        return tag("figure", images, tag("figcaption", self.prose.line(drawing.caption, place)))

    def evidence(self) -> nodes.section:
        page = self.solution.page
        head = tag("tr", [tag("th", name, scope="col") for name in ("claim", "verdict", "by", "note")])
        rows = [
            tag(
                "tr",
                tag("td", tag("code", badge.claim.partition("/")[2])),
                tag("td", badge_mark(badge.verdict, plain_prose(badge.full_text))),
                tag("td", badge.method),
                tag("td", self.prose.line(badge.reason, badge.claim)),
            )
            for badge in page.badges
        ]
        table = tag("div", tag("table", tag("thead", head), tag("tbody", rows)), class_="table-wrapper")
        fold = unsearched_tag("details", tag("summary", f"All {len(page.badges)} claims"), table, class_="all-claims")
        legend = [
            (tag("dt", badge_mark(verdict, verdict.value)), tag("dd", words))
            for verdict, words in LEGEND
            if verdict in page.counts
        ]
        return section("evidence", "How every claim was checked", [tag("dl", legend, class_="legend"), fold])

    # Pieces -----------------------------------------------------------------------------------------------------------

    def listed(self, formulas: Sequence[str], place: str) -> list[Content]:
        found: list[Content] = []
        for latex in formulas:
            found += [", " if found else None, formula(latex, place)]
        return found

    def badge(self, badge: Badge | None) -> element:
        """The verdict on a line, which unfolds to what it rests on."""
        if badge is None:
            return tag("span", "not checked", class_="unchecked")
        facts = [("claim", tag("code", badge.claim)), ("verdict", plain_prose(badge.full_text)), ("by", _method(badge))]
        rows: list[Content] = [(tag("dt", name), tag("dd", fact)) for name, fact in facts if fact]
        if badge.reason:
            rows += [tag("dt", "note"), tag("dd", self.prose.line(badge.reason, badge.claim))]
        summary = tag("summary", badge_mark(badge.verdict, plain_prose(badge.text)))
        return unsearched_tag("details", summary, tag("dl", rows, class_="evidence"), class_="badge")


def _method(badge: Badge) -> str:
    words = METHODS.get(badge.method, "")
    return f"{badge.method}: {words}" if words else badge.method


def _chain(rows: Sequence[str]) -> str:
    """Lines of a derivation in numbers, their relations below each other."""
    if len(rows) == 1:
        return rows[0]
    starts_with_relation = [f"&{row}" for row in rows[1:]]
    return "\\begin{aligned}\n" + " \\\\\n".join([f"&{rows[0]}", *starts_with_relation]) + "\n\\end{aligned}"


def answer_box(box: Box, section: Section) -> element:
    """The place of the answer box, which a script fills."""
    options = [[name, plain_prose(text)] for name, text in section.options]
    return tag(
        "div",
        class_="answer-box",
        data_part=box.part,
        data_kind=box.kind,
        data_expects=box.expects,
        data_options=json.dumps(options, ensure_ascii=False) if options else None,
    )


def section(identifier: str, title: str, content: Iterable[Content]) -> nodes.section:
    """A section of its own, with a title that the navigation lists."""
    node = nodes.section(ids=[identifier], names=[identifier])
    node += nodes.title("", title)
    node += [each for each in content if isinstance(each, nodes.Node)]
    return node


def label(text: str) -> element:
    """What a block is, in bold."""
    return tag("p", text, class_="label")


def scrolling(node: nodes.Node, kind: str = "display") -> element:
    """A box in which wide mathematics scrolls by itself."""
    return tag("div", node, class_=f"scrolls {kind}")


def unsearched_tag(name: str, *content: Content | Iterable[Content], **attributes: str | bool | None) -> element:
    """An element whose words the search leaves out."""
    node = tag(name, *content, **attributes)
    unsearched(node)
    return node
