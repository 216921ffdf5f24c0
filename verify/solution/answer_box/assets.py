"""Assets: what a page loads to judge answers by itself, as script files, because a page opened from a file may load
nothing else.

Each asset is compressed, written as base64 and cut into pieces; a piece is a script that hands its text to the page.
The worker is a script as well: a page on a server starts it by its address, one opened from a file by its text.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from verify.errors import VerifyError
from verify.solution.answer_box.wheel import LOCK, flint_wheel
from verify.solution.npm import MANIFEST, cache_folder, packages

FOLDER = Path(__file__).parent
WORKER = FOLDER / "worker.js"
PIECE = 1 << 21
"""Characters in a piece; enough of them that progress can be shown."""


def write_runtime(folder: Path) -> dict[str, list[str]]:
    """Write Pyodide, python-flint and the worker; the names of the files of each asset.

    They are made once for each version and kept in the user's cache.  Raises `NodeMissing`, `PackagesMissing`,
    `WheelMissing`, and `VerifyError` for a Pyodide that is built otherwise than this expects.
    """
    made = _made_once()
    for path in sorted(made.glob("*.js")):
        shutil.copyfile(path, folder / path.name)
    names: dict[str, list[str]] = json.loads((made / "names.json").read_text(encoding="utf-8"))
    return names


def write_assets(folder: Path, assets: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Write assets as scripts; the names of the files of each, which begin with a hash of what they hold."""
    return {name: _write_asset(folder, name, content) for name, content in assets.items()}


def _write_asset(folder: Path, name: str, content: bytes) -> list[str]:
    text = b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")
    digest = sha256(content).hexdigest()[:8]
    files = []
    for number, start in enumerate(range(0, len(text), PIECE)):
        path = folder / f"{digest}-{name}.{number}.js"
        path.write_text(f'proofsetPiece("{name}",{number},"{text[start : start + PIECE]}");\n', encoding="ascii")
        files.append(path.name)
    return files


def read_asset(folder: Path, files: Sequence[str]) -> bytes:
    """What an asset that `write_assets` wrote holds."""
    pieces = [(folder / file).read_text(encoding="ascii").split('"')[3] for file in files]
    return gzip.decompress(b64decode("".join(pieces)))


def _made_once() -> Path:
    sources = (MANIFEST / "package-lock.json", LOCK, WORKER, Path(__file__))
    key = sha256(b"".join(sha256(path.read_bytes()).digest() for path in sources)).hexdigest()[:16]
    folder = cache_folder() / "answer-box" / key
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="make-") as name:
            made = Path(name) / "assets"
            made.mkdir()
            _make_runtime(made)
            try:
                made.rename(folder)
            except OSError:
                if not folder.is_dir():  # otherwise another process has made the same meanwhile
                    raise
    return folder


def _make_runtime(folder: Path) -> None:
    pyodide = packages() / "pyodide"
    assets = {name: (pyodide / name).read_bytes() for name in ("pyodide.asm.wasm", "python_stdlib.zip")}
    names = write_assets(folder, {**assets, "python_flint.whl": flint_wheel()})
    worker = _worker_script(pyodide)
    path = folder / f"{sha256(worker.encode()).hexdigest()[:8]}-worker.js"
    path.write_text(worker, encoding="utf-8")
    names["worker"] = [path.name]
    (folder / "names.json").write_text(json.dumps(names, sort_keys=True), encoding="utf-8")


def _worker_script(pyodide: Path) -> str:
    """One function with all of the worker, which runs by itself where there is no document.

    A page opened from a file may start classic workers only.  A module's ``import.meta`` and ``export`` are not allowed
    there, so they are replaced; and Pyodide, which would import a module, refuses one it recognises by `importScripts`,
    so that is hidden: the module is already here.
    """
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    module = (pyodide / "pyodide.asm.mjs").read_text(encoding="utf-8")
    module, addresses = re.subn(r"\bimport\.meta\.url\b", "self.location.href", module)
    module, exports = re.subn(r"\bexport default _createPyodideModule;?\s*$", "", module)
    if not addresses or exports != 1 or re.search(r"\bimport\.meta\b", module):
        raise VerifyError("pyodide.asm.mjs is built otherwise than expected; see _worker_script in assets.py")
    loader = re.sub(r"//# sourceMappingURL=.*", "", (pyodide / "pyodide.js").read_text(encoding="utf-8"))
    empty = json.dumps({"info": lock["info"], "packages": {}}, sort_keys=True)
    body = [
        "self.importScripts = undefined;",
        loader,
        module,
        f"const PYODIDE_LOCK = {empty};",
        WORKER.read_text(encoding="utf-8"),
    ]
    lines = ["self.proofsetWorker = function () {", *body, "};"]
    return "\n".join([*lines, 'if (typeof document === "undefined") self.proofsetWorker();', ""])
