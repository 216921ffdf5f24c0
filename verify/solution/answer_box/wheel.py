"""The wheel of python-flint for a browser, fetched once by pip at the version and hash of ``wheel.txt``."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from verify.errors import VerifyError
from verify.solution.npm import cache_folder

LOCK = Path(__file__).parent / "wheel.txt"
DOWNLOADING = 300  # seconds
TARGET = ("--platform=pyemscripten_2026_0_wasm32", "--python-version=314", "--implementation=cp", "--abi=cp314")


class WheelMissing(VerifyError):
    """pip could not fetch the wheel; carries what pip said."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(
            f"pip could not fetch the wheel of {LOCK.name} into {cache_folder()}:\n{said.strip()}\n"
            "Only the first build needs a package index; `pip config list` says which one is asked. "
            "A site without answer boxes needs none: `verify docs --format site --handout`"
        )


def flint_wheel() -> bytes:
    """The wheel that ``wheel.txt`` names; fetched on first use.  Raises `WheelMissing`."""
    wanted = locked_hash()
    path = cache_folder() / "wheels" / f"{wanted[:16]}.whl"
    if path.is_file():
        found = path.read_bytes()
        if sha256(found).hexdigest() == wanted:
            return found
    return _fetch(path, wanted)


def locked_hash() -> str:
    """The SHA-256 of the wheel, as ``wheel.txt`` has it."""
    (found,) = re.findall(r"sha256:([0-9a-f]{64})", LOCK.read_text(encoding="utf-8"))
    return str(found)


def _fetch(path: Path, wanted: str) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", *TARGET, "--require-hashes", "--requirement", str(LOCK), "--dest", folder]
        try:
            ended = subprocess.run(  # noqa: S603 (pip, with constant arguments)
                command, check=False, capture_output=True, encoding="utf-8", timeout=DOWNLOADING
            )
        except subprocess.TimeoutExpired as error:
            raise WheelMissing(f"it did not end within {DOWNLOADING} s") from error
        fetched = list(Path(folder).glob("*.whl"))
        if ended.returncode or len(fetched) != 1:
            raise WheelMissing(ended.stderr or f"{len(fetched)} files came")
        found = fetched[0].read_bytes()
        if sha256(found).hexdigest() != wanted:
            raise WheelMissing(f"{fetched[0].name} is another file than the one with the hash {wanted}")
        fetched[0].replace(path)
    return found
