"""How you worked on this homework.

These questions help the staff to see how long the problems take. Nothing here is graded: only that there is something
to read is looked at.
"""

from verify import Problem
from verify.answers import Explanation

problem = Problem(__doc__, source="EECS 182 homework 6, problem 7", tags=("process",))

# Given ------------------------------------------------------------------------------------

# Nothing: the answers are yours alone.

# Solution ---------------------------------------------------------------------------------

part_sources = problem.part(
    "sources",
    "Which sources did you use besides the course material? If none, say so.",
    answer=Explanation(graded=False),
)
part_collaborators = problem.part(
    "collaborators",
    "With whom did you work, and on which problems? If with nobody, say so.",
    answer=Explanation(graded=False),
)
part_hours = problem.part(
    "hours",
    "Roughly how many hours did you spend on this homework, in all?",
    answer=Explanation(graded=False),
)

# Checks -----------------------------------------------------------------------------------
# There is no right answer to compute; these are responses that the format must let through.


@part_sources.numpy
def nothing_used():
    """None is an answer"""
    return "None."


@part_collaborators.numpy
def worked_alone():
    """Nobody is an answer"""
    return "Nobody; I worked alone."


@part_hours.numpy
def number_with_a_unit():
    """A number is an answer"""
    return "6.5 hours"
