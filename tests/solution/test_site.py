"""The site: what is in its pages, that a fault stops the build, and that the same sources give the same bytes."""

import gzip
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import example_problem
import pytest
import site_example

import verify
from verify.evidence import Verdict
from verify.solution.edition import edition_of
from verify.solution.site import write_site
from verify.solution.site.build import FolderTaken, SiteWarnings
from verify.solution.site.formulas import BadEquations, Formula, typeset

LARGEST_PAGE = 150_000  # bytes, compressed
LOADED = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest"}  # relations of links that load


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "site"
    site_example.write([site_example.example(), site_example.edition("conv_filter_solve")], folder)
    return folder


@pytest.fixture(scope="module")
def handout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handed") / "site"
    site_example.write([site_example.example(handout=True)], folder)
    return folder


def page(folder: Path, name: str) -> str:
    return (folder / f"{name}.html").read_text(encoding="utf-8")


def article(text: str) -> str:
    return text.partition("<article")[2].partition("</article>")[0]


def words(html: str) -> str:
    """The text of a page as it is read, without mathematics."""
    without = re.sub(r'<span class="katex">.*?</span></span></span></span>', " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", without).split())


# What a page shows ----------------------------------------------------------------------------------------------------


def test_every_part_is_a_section_with_the_identifier_of_its_answer_box(site: Path) -> None:
    text = page(site, "solutions/conv_filter_solve")
    for part in verify.load("conv_filter_solve").parts.values():
        assert f'<section class="part" id="{part.name}" data-part="{part.identifier}"' in text
    boxes = re.findall(r'<div class="answer-box"[^>]*data-part="([^"]+)"', text)
    assert boxes
    assert set(boxes) <= {part.identifier for part in verify.load("conv_filter_solve").parts.values()}


def test_the_options_of_a_choice_reach_its_box(site: Path) -> None:
    box = re.search(
        r'<div class="answer-box"[^>]*data-part="example_problem/c"[^>]*>', page(site, "solutions/example_problem")
    )
    assert box is not None
    assert 'data-kind="choice"' in box[0]
    assert "never" in box[0]


def test_every_line_has_its_reason_and_a_verdict_that_unfolds_to_the_evidence(site: Path) -> None:
    text = article(page(site, "solutions/example_problem"))
    assert 'class="because"' in text
    assert text.count('<details class="badge">') >= 6
    assert "example_problem/a/step-1" in text
    assert "undecided: the budget ran out | here" in words(text)


def test_mathematics_is_typeset_when_the_site_is_built_with_mathml_beside_it(site: Path) -> None:
    text = article(page(site, "solutions/example_problem"))
    assert text.count("<math") == text.count('class="katex-html" aria-hidden="true"') > 20
    assert "$" not in words(text)


def test_mistakes_are_folded_and_do_not_stand_in_the_search_index(site: Path) -> None:
    text = article(page(site, "solutions/conv_filter_solve"))
    assert '<details class="mistakes">' in text
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "convolut" in index
    assert "mathrm" not in index
    assert "displaystyle" not in index


def test_other_numbers_are_worked_on_the_page_and_can_be_read_without_a_script(site: Path) -> None:
    text = article(page(site, "solutions/conv_filter_solve"))
    for seed in (1, 2, 3):
        assert f'<details class="numbers variant" data-numbers="{seed}">' in text
        assert f"With other numbers: variant {seed}" in text
    assert re.search(r'<div class="numbers-switch" hidden', text)
    assert "numbers-switch" not in article(page(site, "solutions/example_problem"))


def test_a_figure_is_there_for_light_and_dark_pages_with_its_words(site: Path) -> None:
    text = article(page(site, "solutions/example_problem"))
    for scheme in ("light", "dark"):
        name = f"figures/example_problem-parabola-{scheme}.svg"
        assert f'src="../{name}"' in text
        assert (site / name).is_file()
    assert text.count("A parabola that touches &quot;zero&quot; &amp; rises.") == 2


def test_the_index_lists_problems_by_topic_with_their_verdicts(site: Path) -> None:
    text = words(article(page(site, "index")))
    assert "2 problems" in text
    assert re.search(
        r"Calculus.*The slope of a square ● 4 proved ○ 1 supported ✗ 1 refuted \? 1 undecided 3 parts · slopes", text
    )
    assert re.search(r"All topics.*slopes The slope of a square", text)


def test_the_coverage_tells_of_every_part_what_was_checked_and_how_many_mutants_were_caught(site: Path) -> None:
    text = words(article(page(site, "coverage")))
    assert "11 of 12 mutants caught" in text
    assert "b expression ○ 1 supported ? 1 undecided NumPy 0" in text
    assert "a expression ● 3 proved – 2" in text
    assert "whole problem ● 1 proved ✗ 1 refuted" in text
    assert "mutants not measured" in text  # of the other problem


def test_the_reference_has_every_public_name(site: Path) -> None:
    text = page(site, "reference/api")
    for name in verify.__all__:
        assert name in text


# What no page does ----------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Every tag of a page with its attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def loaded(text: str) -> list[str]:
    """The addresses that a browser loads for a page."""
    return [
        attributes[name]
        for tag, attributes in Tags(text).found
        for name in ("src", "srcset", "data", "poster", "href")
        if name in attributes and (name != "href" or (tag == "link" and LOADED & set(attributes["rel"].split())))
    ]


def inline_scripts(text: str) -> list[str]:
    """What a strict content-security policy refuses to run."""
    return [
        f"{tag} {attributes}"
        for tag, attributes in Tags(text).found
        if (tag == "script" and "src" not in attributes) or any(name.startswith("on") for name in attributes)
    ]


def pages(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.html") if "_static" not in path.parts)


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for path in pages(site):
        for address in loaded(path.read_text(encoding="utf-8")):
            assert not re.match(r"[a-z]+:|//", address), f"{path.name} loads {address}"
            assert (path.parent / address.partition("?")[0]).exists(), f"{path.name} loads {address}, which is missing"
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", style.read_text(encoding="utf-8")), style.name


def test_an_image_from_elsewhere_would_be_noticed() -> None:
    assert loaded('<img src="https://example.org/x.png">') == ["https://example.org/x.png"]
    assert loaded('<link rel="stylesheet" href="//example.org/x.css">') == ["//example.org/x.css"]


def test_no_page_has_a_script_of_its_own(site: Path) -> None:
    for path in pages(site):
        assert inline_scripts(path.read_text(encoding="utf-8")) == [], path.name
    assert inline_scripts("<script>1</script><p onclick='2'>")[1:]


def test_no_page_is_large(site: Path) -> None:
    for path in pages(site):
        assert len(gzip.compress(path.read_bytes())) <= LARGEST_PAGE, path.name


# Handouts -------------------------------------------------------------------------------------------------------------


def test_a_handout_asks_and_does_not_answer(handout: Path) -> None:
    text = article(page(handout, "solutions/example_problem"))
    assert "Where is the slope zero?" in words(text)
    assert "yes, it is" in words(text)
    for kind in ("derivation", "answer-box", "mistakes", "badge", 'class="solution"', "secret", "figure"):
        assert kind not in text, kind
    assert not (handout / "coverage.html").exists()
    assert not (handout / "_static" / "answer_box").exists()


def test_a_handout_written_over_a_site_leaves_nothing_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    site_example.write([site_example.example(), site_example.edition("homework_process")], folder)
    assert (folder / "solutions" / "homework_process.html").exists()
    assert "derivation" in page(folder, "solutions/example_problem")
    written = site_example.write([site_example.example(handout=True)], folder)
    found = {path for path in folder.rglob("*") if path.is_file()} - {folder / ".proofset-site"}
    assert found == set(written)
    assert not any("homework_process" in path.name for path in found)
    assert not any(b"derivation" in path.read_bytes() for path in found if path.suffix == ".html")


# Faults stop the build ------------------------------------------------------------------------------------------------


def test_an_equation_that_cannot_be_typeset_stops_the_build_and_says_where_it_stands(tmp_path: Path) -> None:
    edition = site_example.example()
    (section, *others) = edition.page.sections
    broken = replace(section.lines[1], latex=r"\frac{1}{u")
    damaged = replace(edition.page, sections=(replace(section, lines=(section.lines[0], broken)), *others))
    with pytest.raises(BadEquations) as raised:
        write_site([replace(edition.solution, page=damaged)], {}, tmp_path / "site", work=tmp_path / "work")
    message = str(raised.value)
    assert r"example_problem/a, line 2: = \frac{1}{u" in message
    assert "expected '}'" in message
    assert not (tmp_path / "site").exists()


def test_an_equation_in_the_prose_of_an_author_is_named_by_its_part() -> None:
    with pytest.raises(BadEquations, match=r"x/b, prompt: \\frobnicate\n    Undefined control sequence"):
        typeset({Formula(r"\frobnicate"): "x/b, prompt"})


def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path) -> None:
    documents = tmp_path / "docs"
    documents.mkdir()
    (documents / "README.md").write_text("# Documents\n\n[gone](explanation/gone.md)\n", encoding="utf-8")
    with pytest.raises(SiteWarnings, match=r"documentation\.md.*gone"):
        site_example.write([site_example.example()], tmp_path / "site", documents=documents)


def test_a_folder_with_files_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(FolderTaken, match="--out"):
        site_example.write([site_example.example()], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


# The same bytes -------------------------------------------------------------------------------------------------------


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_builds_in_two_folders_write_the_same_bytes(site: Path, tmp_path: Path) -> None:
    editions = [site_example.example(), site_example.edition("conv_filter_solve")]
    site_example.write(editions, tmp_path / "elsewhere" / "again")
    first, second = files(site), files(tmp_path / "elsewhere" / "again")
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert not any(str(tmp_path).encode() in content for content in second.values())


def test_a_build_after_a_change_shows_the_change_and_nothing_of_before(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    site_example.write([site_example.example()], folder)
    assert "supported by 50 instances" in words(page(folder, "solutions/example_problem"))
    problem = example_problem.build()
    found = [
        replace(each, scope="70 instances") if each.verdict is Verdict.SUPPORTED else each
        for each in example_problem.evidence()
    ]
    site_example.write([edition_of(problem, found)], folder)
    assert "supported by 70 instances" in words(page(folder, "solutions/example_problem"))
    once = files(folder)
    shutil.rmtree(folder)
    shutil.rmtree(folder.with_name("site-work"))
    site_example.write([edition_of(problem, found)], folder)
    assert files(folder) == once
