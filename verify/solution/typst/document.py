"""Document: a page as the source of a Typst document, in terms of the functions of ``design.typ``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from verify.evidence import Verdict
from verify.solution.arrangement import by_answer, families, family_sentence, number_rows, what_agrees, what_was_got
from verify.solution.index import OTHER
from verify.solution.markdown import LEGEND, MARKS
from verify.solution.page import (
    Agreement,
    Badge,
    Declaration,
    Drawing,
    Line,
    Page,
    Section,
    Statement,
    Worked,
    WrongAnswer,
)
from verify.solution.plain import plain_prose
from verify.solution.typst.formulas import Formula, Formulas, string
from verify.solution.typst.prose import escaped, line, markup

DESIGN = Path(__file__).parent / "design.typ"
KIND = {False: "Worked solution", True: "Handout"}
BOOK = {False: ("Worked solutions", "problems, every line checked"), True: ("Handouts", "problems")}


@dataclass(frozen=True)
class Source:
    """The source of a document, and the formulas in it; `design.typ` lies beside it, figures in ``figures/``."""

    name: str
    text: str
    formulas: tuple[Formula, ...]


def documents(pages: Sequence[Page]) -> list[Source]:
    """The source of each page, and that of the book; raises `FormulaRefused` for what cannot be converted."""
    formulas = Formulas()
    names = [*(page.identifier for page in pages), "book"]
    texts = [*(_document(page, formulas) for page in pages), _book(pages, formulas)]
    settled = formulas.settled(texts)  # one run of Node for the formulas of all
    return [Source(name, text, tuple(formulas.found)) for name, text in zip(names, settled, strict=True)]


def document(page: Page) -> Source:
    """The source of one page; raises `FormulaRefused` for a formula that cannot be converted."""
    formulas = Formulas()
    (text,) = formulas.settled([_document(page, formulas)])
    return Source(page.identifier, text, tuple(formulas.found))


def book(pages: Sequence[Page]) -> Source:
    """The source of all pages as one document, by topic, with a title page and contents."""
    formulas = Formulas()
    (text,) = formulas.settled([_book(pages, formulas)])
    return Source("book", text, tuple(formulas.found))


def _document(page: Page, formulas: Formulas) -> str:
    head = f"{_preamble(plain_prose(page.title), page.topics)}#show: sheet.with({string(KIND[page.handout])})\n\n"
    return head + _Chapter(page, formulas).written()


def _book(pages: Sequence[Page], formulas: Formulas) -> str:
    title, subtitle = BOOK[any(page.handout for page in pages)]
    total = Counter(badge.verdict for page in pages for badge in page.badges)
    counts = _summary({verdict: total[verdict] for verdict in Verdict if total[verdict]})
    chapters = "\n#pagebreak(weak: true)\n".join(
        _Chapter(page, formulas).written() for page in sorted(pages, key=lambda page: page.topics[:1] or (OTHER,))
    )
    topics = dict.fromkeys(topic for page in pages for topic in page.topics)
    head = (
        f"{_preamble(title, topics)}#show: sheet.with({string(title)})\n"
        f"#cover({string(title)}, {string(f'{len(pages)} {subtitle}')}, {counts})\n\n"
    )
    return head + chapters


def _preamble(title: str, topics: Iterable[str]) -> str:
    keywords = "".join(f"{string(topic)}, " for topic in topics)
    # Without a date the same sources give the same bytes.
    return (
        '#import "design.typ": *\n'
        f'#set document(title: {string(title)}, author: "proofset", keywords: ({keywords}), date: none)\n'
    )


def _summary(counts: dict[Verdict, int]) -> str:
    if not counts:
        return "none"
    listed = ", ".join(f"({string(verdict.value)}, {count})" for verdict, count in counts.items())
    return f"summary({sum(counts.values())}, {listed})"


@dataclass
class _Chapter:
    """The source of one page, in the making."""

    page: Page
    formulas: Formulas
    place: str = field(init=False)

    def __post_init__(self) -> None:
        self.place = self.page.identifier

    def written(self) -> str:
        page = self.page
        counts = _summary(page.counts)
        topics = string(plain_prose(" · ".join(page.topics)))
        blocks = [f"#opening({self.block(self.line(page.title))}, {topics}, {counts})"]
        blocks += [self.prose(page.statement), self.given(), *map(self.drawing, page.drawings)]
        blocks += map(self.section, page.sections)
        self.place = page.identifier
        blocks += [*self.statements(), self.evidence(page.badges), self.command()]
        if page.source:
            blocks.append(f"#source[{self.line(page.source)}]")
        return "\n\n".join(filter(None, blocks)) + "\n"

    # Pieces -----------------------------------------------------------------------------------------------------------

    def prose(self, text: str) -> str:
        return markup(text, self.place, self.formulas)

    def line(self, text: str) -> str:
        return line(text, self.place, self.formulas)

    def inline(self, latex: str) -> str:
        return self.formulas.inline(latex, self.place)

    def display(self, latex: str) -> str:
        return self.formulas.display(latex, self.place)

    @staticmethod
    def block(content: str) -> str:
        return f"[{content}]"

    def called(self, name: str, *arguments: str, **named: str) -> str:
        """A call of a function of the design, one argument to a line."""
        listed = [*arguments, *(f"{name}: {value}" for name, value in named.items())]
        return f"#{name}(\n" + "".join(f"  {argument},\n" for argument in listed) + ")"

    def listed(self, name: str, items: Iterable[str]) -> str:
        found = [self.block(item) for item in items]
        return self.called(name, *found) if found else ""

    def badge(self, badge: Badge | None) -> str:
        if badge is None:
            return "#note[not checked];"
        words = self.block(self.line(badge.text))
        return f"#badge({string(badge.verdict.value)}, {words}, claim: {string(badge.claim)});"

    # Blocks -----------------------------------------------------------------------------------------------------------

    def given(self) -> str:
        page = self.page
        items = [self.declared(each) for each in page.declarations]
        if page.definitions:
            items.append(", ".join(map(self.inline, page.definitions)))
        return self.listed("given", [*items, *map(self.declared, page.conditions)])

    def declared(self, declared: Declaration) -> str:
        note = f" #note[({self.line(declared.note)})];" if declared.note else ""
        return f"{self.inline(declared.latex)}{note}"

    def section(self, section: Section) -> str:
        self.place = section.identifier
        blocks = [f"== ({escaped(section.name)})", self.prompt(section)]
        if section.options:
            rows = [f"({string(label)}, {self.block(self.line(text))})" for label, text in section.options]
            blocks.append(self.called("options", *rows))
        if section.asked is not None:
            blocks.append(self.numbers_asked(section.asked))
        if not self.page.handout:
            blocks += self.solution(section)
        return "\n\n".join(filter(None, blocks))

    def prompt(self, section: Section) -> str:
        """The question, which stays with what answers it."""
        question = self.prose(section.prompt)
        return question if self.page.handout else f"#prompt[\n{question}\n]"

    def numbers_asked(self, asked: Worked) -> str:
        numbers = ", ".join(map(self.inline, asked.values))
        return f"{self.prose(asked.text)} {f'Take {numbers}.' if numbers else ''}".strip()

    def solution(self, section: Section) -> list[str]:
        blocks = [self.written_names(section.definitions)]
        if section.answer:
            lead = "A full answer says" if section.kind == "explanation" else "Answer."
            blocks.append(f"#answer([{lead}], [\n{self.prose(section.answer)}\n])")
        blocks += [self.derivation(section.lines), *map(self.worked, section.worked)]
        blocks.append(self.listed("agreements", map(self.agreement, section.agreements)))
        blocks.append(self.listed("mistakes", map(self.mistake, by_answer(section.wrong_answers))))
        return [*blocks, *map(self.drawing, section.drawings)]

    def written_names(self, definitions: Sequence[str]) -> str:
        return f"#written[Write {', '.join(map(self.inline, definitions))}.];" if definitions else ""

    def derivation(self, lines: Sequence[Line]) -> str:
        if not lines:
            return ""
        first, *rest = lines
        if not rest:
            return self.called("lone", self.block(self.display(first.latex)))
        rows = [
            f"({self.block(self.display(f'{each.relation} {each.latex}'))}, {self.block(self.line(each.because))}, "
            f"{self.block(self.badge(each.badge))})"
            for each in rest
        ]
        return self.called("derivation", self.block(self.display(first.latex)), *rows)

    def worked(self, worked: Worked) -> str:
        if not worked.lines:
            return ""
        numbers = ", ".join(map(self.inline, worked.values))
        lead = f"#strong[In numbers];{f', with {numbers}' if numbers else ''}:"
        rows = [self.block(self.display(row)) for row in number_rows(worked)]
        agrees = {"agrees": self.block(self.published(worked.key))} if worked.key is not None else {}
        return self.called("worked", self.block(lead), *rows, **agrees)

    def published(self, badge: Badge) -> str:
        if badge.verdict.passed:
            return f"The stated answer agrees: {self.badge(badge)}"
        return f"The stated answer: {self.badge(badge)}"

    def agreement(self, agreement: Agreement) -> str:
        return f"{self.line(what_agrees(agreement))} #h(0.4em) #kept[{self.badge(agreement.badge)}]"

    def mistake(self, slips: Sequence[WrongAnswer]) -> str:
        got = f"{self.line(what_was_got(slips))} ".lstrip()
        told = " Or ".join(f"#emph[{self.line(slip.name)}];. {self.line(slip.feedback)}" for slip in slips)
        return f"{got}{told}"

    def drawing(self, drawing: Drawing) -> str:
        path = f"figures/{self.page.identifier}-{drawing.name}-light.svg"
        alternative = string(" ".join(drawing.alternative.split()))
        return self.called("drawing", string(path), self.block(self.line(drawing.caption)), alternative)

    # The whole problem ------------------------------------------------------------------------------------------------

    def statements(self) -> list[str]:
        page = self.page
        true = [each for each in page.statements if not each.believed_false]
        false = [each for each in page.statements if each.believed_false]
        blocks = []
        if true:
            blocks += ["== What else holds", self.written_names(page.later_definitions)]
            blocks += map(self.family, families(true))
        if false:
            blocks += ["== Believed, but false", *map(self.family, families(false))]
        return blocks

    def family(self, statements: Sequence[Statement]) -> str:
        lead = self.block(self.lead(family_sentence(statements), statements[0].because))
        if len(statements) == 1:
            return self.called("statement", lead, *map(self.block, filter(None, self.stated(statements[0]))))
        if len({each.latex for each in statements}) > 1:
            rows = [
                f"({self.block(self.display(each.latex))}, {self.block(self.badge(each.badge))})" for each in statements
            ]
            return f"{self.called('statement', lead)}\n\n{self.called('checked-lines', *rows)}"
        formula = self.formulas.shown(statements[0].latex, self.place) if statements[0].latex else ""
        badges = ", ".join(map(self.badge, self.different(statements)))
        return self.called("statement", lead, *map(self.block, filter(None, (formula, badges))))

    @staticmethod
    def different(statements: Iterable[Statement]) -> list[Badge | None]:
        """One badge for each wording."""
        return list(
            {each.badge.text if each.badge else "": each.badge for each in reversed(list(statements))}.values()
        )[::-1]

    def lead(self, sentence: str, because: str) -> str:
        text = because[:1].upper() + because[1:]
        stop = "" if not text or text.endswith((".", "!", "?", ":", "*", "$$")) else "."
        return f"#strong[{escaped(sentence)}.]; {self.prose(text)}{stop}".strip()

    def stated(self, statement: Statement) -> list[str]:
        found = statement.refutation
        counterexample = ""
        if found is not None:
            at = ", ".join(map(self.inline, found.at))
            where = self.inline(f"{found.left} {found.relation} {found.right}")
            counterexample = f"A counterexample: {at}{', where ' if found.at else ''}{where}."
        formula = self.formulas.shown(statement.latex, self.place) if statement.latex else ""
        return [formula, counterexample, self.badge(statement.badge)]

    def evidence(self, badges: Sequence[Badge]) -> str:
        if not badges:
            return ""
        rows = [
            f"({string(badge.claim)}, {string(_breakable(badge.claim.removeprefix(f'{self.place}/')))}, "
            f"{string(badge.verdict.value)}, {self.block(self.line(badge.full_text))}, "
            f"{self.block(self.line(badge.method))}, {self.block(self.line(badge.reason))})"
            for badge in badges
        ]
        return "== How every claim was checked\n\n" + self.called("evidence", self.block(_legend()), *rows)

    def command(self) -> str:
        if not self.page.sections:
            return ""
        typed = f'verify check {self.page.sections[0].identifier} "your answer"'
        return f"Check an answer of yours: #raw({string(typed)});."


def _legend() -> str:
    """The legend with drawn marks in the place of characters."""
    words = escaped(LEGEND)
    for verdict, mark in MARKS.items():
        words = words.replace(mark, f"#mark({string(verdict.value)});", 1)
    return words


def _breakable(name: str) -> str:
    """A name that may be broken after each of its words."""
    return name.replace("_", "_\u200b").replace("/", "/\u200b")
