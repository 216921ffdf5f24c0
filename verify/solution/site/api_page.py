"""API page: the reference of the public names, written by Sphinx from their docstrings."""

from __future__ import annotations

import inspect

import verify
from verify.domains import Domain

CLASSES = ("Problem", "Evidence", "Verdict")
FURTHER = ("verify.part.Part", "verify.evidence.Counterexample", "verify.report.Report", "verify.domains.Domain")
ERRORS = "verify.errors"


def api_source() -> str:
    """The source of the page: directives that read the docstrings of whatever is public."""
    values = {name: getattr(verify, name) for name in verify.__all__}
    functions = [name for name, value in values.items() if inspect.isfunction(value)]
    sets = [name for name, value in values.items() if isinstance(value, Domain)]
    pieces = [
        "# Reference from the source\n\nWhat the source itself says about the public names of `verify`.",
        "## Functions",
        *(_directive("autofunction", f"verify.{name}") for name in functions),
        "## Classes",
        *(_directive("autoclass", f"verify.{name}", ":members:", ":undoc-members:") for name in CLASSES),
        "## Sets",
        "\n".join(f"- `verify.{name}`: ${_set_latex(values[name])}$" for name in sets),
        "## Further classes",
        "Objects of these classes are returned by the functions above.",
        *(_directive("autoclass", name, ":members:") for name in FURTHER),
        "## Errors",
        _directive("automodule", ERRORS, ":members:", ":show-inheritance:"),
    ]
    return "\n\n".join(pieces) + "\n"


def _directive(name: str, argument: str, *options: str) -> str:
    body = "\n".join([f".. {name}:: {argument}", *(f"   {option}" for option in options)])
    return f"```{{eval-rst}}\n{body}\n```"


def _set_latex(domain: Domain) -> str:
    return domain.latex.replace("^{SIZE}", "^{n}").replace("SIZE", "n")
