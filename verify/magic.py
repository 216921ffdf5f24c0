"""Magic: ``%check`` and ``%%check`` in IPython and Jupyter, after ``%load_ext verify``.

The text of the line or cell is a response, and is read as one; it is never run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.errors import VerifyError
from verify.evidence import Evidence

OPTIONS = ("--variant", "--syntax")
USAGE = "%check [--variant SEED] [--syntax auto|python|latex] problem/part answer"


class NotARequest(VerifyError):
    """A line that does not say what to check."""

    def __init__(self, found: str) -> None:
        super().__init__(f"{found}; write {USAGE}, or the answer in the lines below %%check problem/part")


@dataclass(frozen=True)
class Request:
    """What a line asks for: the part, the response, and the options of `verify.check`."""

    part: str
    response: str
    variant: int | None = None
    syntax: str = "auto"

    @classmethod
    def of(cls, line: str, cell: str | None = None) -> Request:
        """The request of a line, with the response after the part, or in the cell below.  Raises `NotARequest`."""
        options: dict[str, str] = {}
        rest = line.strip()
        while rest.startswith("--"):
            option, _, rest = rest.partition(" ")
            value, _, rest = rest.strip().partition(" ")
            if option not in OPTIONS or not value:
                raise NotARequest(f"{option} is not an option, or has no value")
            options[option] = value
            rest = rest.strip()
        part, _, response = rest.partition(" ")
        if not part:
            raise NotARequest("no part is named")
        if cell is not None and response.strip():
            raise NotARequest(f"there are two answers, {response.strip()!r} beside the part and another one below")
        seed = options.get("--variant")
        if seed is not None and not seed.isdecimal():
            raise NotARequest(f"the seed of a variant is a whole number, not {seed!r}")
        answer = (response if cell is None else cell).strip()
        return cls(part, answer, None if seed is None else int(seed), options.get("--syntax", "auto"))

    def checked(self) -> Evidence:
        """The verdict on the response."""
        from verify.api import check

        return check(self.part, self.response, syntax=self.syntax, variant=self.variant)


def load(shell: Any) -> None:
    """Register ``%check`` and ``%%check`` with a shell of IPython."""
    from IPython.core.error import UsageError
    from IPython.core.magic import no_var_expand

    def check(line: str, cell: str | None = None) -> Any:
        """The verdict on an answer: %check rnn_backprop/b u3 + 2*w*u2, or %%check rnn_backprop/b with lines below."""
        try:
            return Request.of(line, cell).checked()
        except VerifyError as error:
            raise UsageError(str(error)) from error

    # A dollar sign of LaTeX names no variable of the notebook.
    shell.register_magic_function(no_var_expand(check), magic_kind="line_cell", magic_name="check")
