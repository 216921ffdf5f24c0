"""Imports point downwards only; the picture is in docs/explanation/architecture.md."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "verify"

LAYERS = [
    {"errors", "evidence", "estimate"},
    {"equality"},
    {"notation"},
    {"domains", "drawing", "moments", "implementation"},
    {"given", "expressions"},
    {"instance", "derivation", "comparison"},
    {"outputs"},
    {"source_hash"},
    {"claim", "part", "experiment"},
    {"claims"},
    {"problem"},
    {"words"},
    {"proof"},
    {"crosscheck", "catalog", "variant", "mutants"},
    {"parallel"},
    {"answers"},
    {"references", "in_page"},
    {"report", "cards", "api"},
    {"solution"},
    {"tables", "template", "doctor", "server", "notebook", "magic"},
    {"pytest_plugin", "cli", "__main__", "__init__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    """The module or sub-package of `verify` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The units that a file imports when it is imported; what it imports inside a function may point anywhere below."""
    tree = ast.parse(path.read_text())
    names = [
        node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("verify.")
    ]
    return {name.split(".")[1] for name in names}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_layers_below(path: Path) -> None:
    here = unit(path)
    assert here in LEVEL, f"{here} has no layer: add it to LAYERS"
    above = {name for name in imports(path) if name != here and LEVEL[name] > LEVEL[here]}
    assert not above, f"{here} (layer {LEVEL[here]}) must not import {sorted(above)}"


@pytest.mark.parametrize("path", sorted((ROOT / "problems").glob("*.py")), ids=lambda path: path.stem)
def test_a_problem_file_uses_the_public_interface_and_known_libraries_only(path: Path) -> None:
    allowed = {"verify", "verify.answers", "verify.domains"}
    libraries = {"numpy", "scipy", "sympy", "torch", "sklearn", "faker"} | {
        "collections",
        "fractions",
        "functools",
        "heapq",
        "itertools",
        "math",
    }
    for node in ast.walk(ast.parse(path.read_text())):
        modules = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and node.level == 0
            else []
        )
        if isinstance(node, ast.ImportFrom) and node.level:
            beside = f"{'.' * node.level}{node.module or ''}"
            assert beside.startswith(".machinery"), f"{path.name} imports {beside}: what it needs lies in machinery/"
        for module in modules:
            assert module in allowed or module.split(".")[0] in libraries, f"{path.name} imports {module}"
            if isinstance(node, ast.ImportFrom):
                assert module.split(".")[0] != "torch", "write `import torch`, which is lazy; `from torch` is not"


@pytest.mark.parametrize("package", ["notation", "equality"])
def test_the_kernel_and_the_notation_import_neither_sympy_nor_numpy(package: str) -> None:
    for path in (PACKAGE / package).rglob("*.py"):
        if path.name == "sympy_border.py":  # the one place where SymPy is met, imported only when it is used
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {"sympy", "numpy"} & {name.split(".")[0] for name in names}, path


def test_there_are_at_most_twenty_public_names() -> None:
    import verify

    assert len(verify.__all__) <= 20
    assert all(hasattr(verify, name) for name in verify.__all__)
