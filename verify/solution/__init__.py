"""Worked solutions and handouts: one page model, and its renderers."""

from verify.solution.page import page_of as page_of
from verify.solution.write import write_pages as write_pages
from verify.solution.write import write_solutions as write_solutions
