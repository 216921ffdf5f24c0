"""Reading a scalar loads neither SymPy nor NumPy nor anything that only matrices need."""

import json
import subprocess
import sys

READ = """
import json, sys
from verify.notation import read, write
from verify.equality.terms import Terms
terms = Terms()
for text in ("2wu_2 + sin x", r"\\frac{1}{2} x^{2}"):
    value = read(text, None, terms).value
%s
print(json.dumps(sorted(sys.modules)))
"""


def modules_after(further=""):
    finished = subprocess.run(
        [sys.executable, "-c", READ % further], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(finished.stdout))


def test_reading_a_scalar_loads_no_heavy_library():
    loaded = modules_after()
    assert not loaded & {
        "sympy",
        "numpy",
        "flint",
        "torch",
        "hypothesis",
        "verify.equality.matrix_pool",
        "verify.notation.compound",
    }


def test_writing_in_both_syntaxes_loads_no_heavy_library():
    assert not modules_after('write(terms, value); write(terms, value, "latex")') & {"sympy", "numpy", "flint", "torch"}


def test_the_list_of_modules_would_show_a_heavy_library():
    assert "numpy" in modules_after("import numpy")
