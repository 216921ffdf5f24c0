r"""How to train a residual network quickly.

"How to Train Your ResNet" is a series of posts about training a residual network on CIFAR-10 to 94 % test accuracy in
as little time as possible, on one graphics card (a V100). It starts from a fast entry of the DAWNBench competition, its
*baseline*, and ends, in its last part, with *test-time augmentation*. Let $b$ be the training time of the baseline and
$t$ that of the final network, in seconds. A network on the way between them takes the time $s$.
"""

import numpy as np
import torch
from sympy import Rational

from verify import Problem, positive
from verify.answers import Explanation, Number

problem = Problem(
    __doc__,
    source="EECS 182 homework 6, problem 5; D. Page 2018-2019, How to Train Your ResNet, "
    "https://myrtle.ai/learn/how-to-train-your-resnet",
    tags=("training", "performance"),
)

# Given ------------------------------------------------------------------------------------

b = problem.scalar("b", within=positive)
t = problem.scalar("t", within=positive)
s = problem.scalar("s", within=positive)

r_b = problem.let("r_b", 3600 / b)  # trainings per hour
r_t = problem.let("r_t", 3600 / t)

published = problem.instance("published", "The times of the posts, in seconds.", b=341, t=26)

# Solution ---------------------------------------------------------------------------------

part_baseline_time = problem.part(
    "a.baseline_time", "How long does the baseline of the first post train?", answer=Number(341, unit="s")
)
part_baseline_time.mistake(
    "the authors' own run", 356, "This is how long the authors' own run of it took; they set out from the record."
)
part_baseline_time.mistake("a number from elsewhere", 376, "This number is not in the posts. Look at the first one.")
part_baseline_time.mistake("an improved network", 297, "By then the first improvements had been made.")

# The sheet counts the four numbers as one question, so only the first of them is an atom.
part_baseline_accuracy = problem.part(
    "a.baseline_accuracy",
    "What is the test accuracy of the baseline, to the nearest percent or closer?",
    answer=Number(94, unit="%", interval=(94, "94.1")),
    atom=False,
)
part_baseline_accuracy.mistake("the error", 6, "This is the share of wrong predictions.")

part_final_time = problem.part(
    "a.final_time",
    "How long does the final network train, with test-time augmentation?",
    answer=Number(26, unit="s"),
    atom=False,
)
part_final_time.mistake(
    "without test-time augmentation", 34, "The last trick allows for fewer epochs: add flipped images at test time."
)
part_final_time.mistake("the end of the first post", 297, "The series goes on after this. Look at its last post.")

part_final_accuracy = problem.part(
    "a.final_accuracy",
    "What is the test accuracy of the final network?",
    answer=Number("94.1", unit="%", interval=(94, "94.1")),
    atom=False,
)
part_final_accuracy.mistake("the error", "5.9", "This is the share of wrong predictions.")

part_speedup = problem.part(
    "a.speedup",
    "By which factor is the final network faster than the baseline? Compare $r_t$ and $r_b$, the numbers of trainings "
    "per hour.",
    r_t / r_b,
    ("=", b / t, "the hour cancels"),
    in_terms_of=(b, t),
    atom=False,
)
part_speedup.key(published, Rational(341, 26))
part_speedup.mistake("the wrong way round", t / b, "A faster network has a factor above 1.")
part_speedup.mistake("share of time saved", 1 - t / b, "This is the share of the time that is saved, not a factor.")
part_speedup.mistake("excess over 1", b / t - 1, "This is how much faster it is; twice as fast is a factor of 2.")

part_b = problem.part(
    "b",
    "Which of the ideas in the posts would you not have expected to help, and why does it? About 100 words.",
    answer=Explanation(
        (
            "Names one idea of the posts and says what it changes.",
            "Explains why it helps: for instance, larger batches keep the card busy as long as the learning rate grows "
            "with them; moving batch norm or pooling saves time; fewer epochs suffice with a suitable schedule.",
            "Tells time per epoch and number of epochs apart.",
        ),
        fewest_words=30,
    ),
)
part_c = problem.part(
    "c",
    "Which claim of the posts are you not convinced of, or what would you study next? About 100 words.",
    answer=Explanation(
        (
            "Names a claim of the posts, or a question that they leave open.",
            "Gives a reason: for instance, tuning to one benchmark and one threshold; how weight decay and batch norm "
            "together set the effective learning rate; whether batch norm can be done without.",
            "Proposes an experiment that would decide it, with what would count as evidence.",
        ),
        fewest_words=30,
    ),
)

# Checks -----------------------------------------------------------------------------------


@part_speedup.numpy
def trainings_in_the_same_time(b, t):
    """How often the final network trains while the baseline trains once, from the logarithms of the times"""
    return np.exp(np.log(b) - np.log(t))


@part_speedup.torch
def ratio_of_rates(b, t):
    """The ratio of two rates in torch"""
    return torch.reciprocal(t) / torch.reciprocal(b)


@part_baseline_time.numpy
def in_minutes():
    """The time that the first post gives, in minutes and seconds"""
    return "5 min 41 s"


@problem.claim
def factors_of_successive_improvements_multiply(b, s, t):
    """What one half of the series gains and what the other half gains."""
    return (b / s) * (s / t), "=", b / t


@problem.claim(false=True)
def factors_of_successive_improvements_add_up(b, s, t):
    """Two improvements that each make it three times as fast make it nine times as fast, not six times."""
    return b / s + s / t, "=", b / t


@problem.claim(false=True)
def what_is_saved_is_in_proportion_to_the_factor(b, t):
    """Half the time saved is a factor of 2, nine tenths saved a factor of 10."""
    return 1 + 2 * (b - t) / b, "=", b / t


@problem.variant
def other_times(rng):
    final = int(rng.integers(10, 60))
    return {"b": final * int(rng.integers(3, 20)) + int(rng.integers(1, 10)), "t": final}


@problem.figure(
    "Times to 94 % that the posts report, on a logarithmic axis: equal lengths are equal factors.",
    "Four bars: 341 seconds for the baseline, 297 at the end of the first post, 34 for the final network without "
    "test-time augmentation, 26 with it.",
    part="a.speedup",
)
def times(axes):
    labels = ("baseline", "end of the first post", "final, without augmentation at test time", "final")
    bars = axes.barh(labels, (341, 297, 34, 26), color="C0")
    axes.bar_label(bars, fmt="%d s", padding=3)
    axes.set(xscale="log", xlim=(10, 700), xlabel="seconds")
    axes.invert_yaxis()
