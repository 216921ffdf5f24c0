"""The answer box: a reader's own answer, checked on the page by the same code as everywhere else."""

from verify.solution.answer_box.boxes import compiled_answers as compiled_answers
from verify.solution.answer_box.boxes import read_answers as read_answers
from verify.solution.answer_box.boxes import write_answer_box as write_answer_box
