r"""Translating with an encoder and a decoder.

A recurrent encoder reads a sentence; a recurrent decoder writes its translation. At every step the decoder takes one
word and returns the next one: it begins with `<sos>` and is done when it returns `<eos>`. While it is trained with
*teacher forcing*, its inputs come from the right translation $y$, whatever it returns itself. When it is used, nobody
knows the right translation: its inputs are the words that it has returned, which make the sentence $z$.

Words are numbered here:
0 `<sos>`, 1 `<eos>`, 2 `I`, 3 `we`, 4 `see`, 5 `saw`, 6 `hear`, 7 `heard`, 8 `a`, 9 `the`, 10 `dog`, 11 `cat`.
"""

import numpy as np
import torch

from verify import Problem
from verify.answers import Choice, Explanation, Tokens
from verify.domains import Domain

problem = Problem(__doc__, source="EECS 182 homework 7 (Fall 2025), problem 7", tags=("language models", "recurrence"))

# Given ------------------------------------------------------------------------------------

WORDS = ("<sos>", "<eos>", "I", "we", "see", "saw", "hear", "heard", "a", "the", "dog", "cat")
SOS, EOS = 0, 1

word = Domain(r"\{2, \dots, 11\}^{SIZE}", low=2, high=11, project=np.round, assumptions=("integer",), integral=True)

m, n = problem.size("m n")
y = problem.vector("y", m, within=word)  # the right translation
z = problem.vector("z", n, within=word)  # what the decoder returns before <eos>

homework = problem.instance(
    "homework",
    "The encoder has read `veo un perro <eos>`. The right translation is `I see a dog`; the decoder returns "
    "`I saw a dog`.",
    y=[2, 4, 8, 10],
    z=[2, 5, 8, 10],
)

# Solution ---------------------------------------------------------------------------------


def in_words(numbers):
    return tuple(WORDS[int(number)] for number in numbers)


part_a = problem.part(
    "a",
    "A simpler design has one recurrent network that reads one source word at every step and returns one target word "
    "at once. What is wrong with it as a translator?",
    answer=Explanation(
        (
            "Source and target are forced into step: equal lengths, and word $t$ for word $t$.",
            "The word returned at step $t$ depends on the source up to step $t$ only, so word order cannot change.",
            "An encoder that reads to the end before the decoder begins removes both limits.",
        )
    ),
)

part_limit = problem.part(
    "a.limit",
    "Which of these does the simpler design suffer from, and an encoder with a decoder not?",
    answer=Choice(
        {
            "a": "Every word has to be returned before the rest of the source has been read.",
            "b": "It has too many parameters.",
            "c": "Its gradients vanish over long sentences.",
        },
        correct="a",
    ),
    atom=False,
)
part_limit.mistake("too many parameters", "b", "Count: one network instead of two of the same kind.")
part_limit.mistake("vanishing gradient", "c", "Both designs are recurrent. What sets them apart?")

part_b = problem.part(
    "b",
    "List the inputs of the decoder, in order, while it is trained with teacher forcing.",
    answer=lambda y: Tokens(in_words([SOS, *y])),
    asks=homework,
)
part_b.mistake(
    "the targets", lambda y: in_words([*y, EOS]), "These are the words that the decoder should return, one step later."
)
part_b.mistake(
    "the decoder's own words",
    lambda z: in_words([SOS, *z]),
    "With teacher forcing the inputs do not depend on what the decoder returns.",
)
part_c = problem.part(
    "c",
    "List the inputs of the decoder, in order, while it is used to translate.",
    answer=lambda z: Tokens(in_words([SOS, *z])),
    asks=homework,
)
part_c.mistake(
    "the right translation",
    lambda y: in_words([SOS, *y]),
    "Nobody knows the right translation when the decoder is used. What does it have instead?",
)
part_c.mistake(
    "the outputs",
    lambda z: in_words([*z, EOS]),
    "These are the words that it returns. What did it take to return them?",
)


def add_mistakes_at_the_ends(part, which):
    """The mistakes about where the inputs begin and end; `which` is 0 for the words of y, 1 for those of z."""
    part.mistake("no start", lambda y, z: in_words((y, z)[which]), "What does the decoder take at its first step?")
    part.mistake(
        "end taken as an input",
        lambda y, z: in_words([SOS, *(y, z)[which], EOS]),
        "Once the end has been returned nothing is left to say, so the decoder does not take it.",
    )


add_mistakes_at_the_ends(part_b, 0)
add_mistakes_at_the_ends(part_c, 1)

# Checks -----------------------------------------------------------------------------------


def run(model, target=None):
    """The inputs and outputs of a decoder: `model[step, word]` is the word that it returns to a word.

    With a target it is forced, and stops when it has taken all of the target; else it stops at the end it returns.
    """
    inputs, outputs = [SOS], [int(model[0, SOS])]
    while len(outputs) < len(model) and (outputs[-1] != EOS if target is None else len(outputs) <= len(target)):
        inputs.append(outputs[-1] if target is None else int(target[len(outputs) - 1]))
        outputs.append(int(model[len(outputs), inputs[-1]]))
    return np.array(inputs), np.array(outputs)


def table_for(sentence):
    """A model in which the last word alone decides on the next one, and that writes the sentence."""
    model = np.full((len(sentence) + 5, len(WORDS)), EOS)
    model[:, [SOS, *sentence.astype(int)]] = [*sentence.astype(int), EOS]
    return model


@part_b.numpy
def forced_lookup_table(y, z):
    """A table of next words that writes the sentence of the decoder, run with teacher forcing"""
    return in_words(run(table_for(z), y)[0])


@part_c.numpy
def free_lookup_table(z):
    """A table of next words that writes the sentence of the decoder, run on its own words"""
    return in_words(run(table_for(z))[0])


@part_c.torch
def greedy_decoding_with_an_embedding(z):
    """Greedy decoding with the logits in a `torch.nn.Embedding`"""
    after = torch.from_numpy(table_for(z.numpy())[0])
    logits = torch.nn.Embedding.from_pretrained(torch.nn.functional.one_hot(after, len(WORDS)).double())
    inputs = [torch.tensor(SOS)]
    while (following := logits(inputs[-1]).argmax()) != EOS:
        inputs.append(following)
    return in_words(inputs)


def model_of(target, rng):
    """A model that returns the right word to most words, and at every step returns some word."""
    right = np.tile([[*target, EOS]], (len(WORDS), 1)).T
    return np.where(rng.random(right.shape) < 0.7, right, rng.integers(2, len(WORDS), right.shape))


@problem.claim
def forced_inputs_are_the_targets_one_step_later(y, rng):
    """Whatever the model returns."""
    return run(model_of(y, rng), y)[0][1:], "=", np.array([*y, EOS])[:-1]


@problem.claim
def free_inputs_are_the_outputs_one_step_later(y, rng):
    """Whatever the model returns, right or wrong."""
    inputs, outputs = run(model_of(y, rng))
    return inputs[1:], "=", outputs[:-1]


@problem.claim
def training_and_use_part_after_the_first_wrong_word(y, rng):
    """The inputs agree up to the step that returns it, and differ at the next."""
    model = model_of(y, rng)
    (forced, outputs), (free, _) = run(model, y), run(model)
    first_wrong = np.argmin(np.append(outputs[:-1] == y, False))
    shared = min(len(forced), len(free))
    return np.argmin(np.append(forced[:shared] == free[:shared], False)), "=", first_wrong + 1


@problem.claim(false=True)
def a_wrong_word_changes_one_input_only(y, rng):
    """The next word is chosen on the wrong one, which the decoder never met in training: errors pile up."""
    model = model_of(y, rng)
    forced, free = run(model, y)[0], run(model)[0]
    shared = min(len(forced), len(free))
    return np.sum(forced[:shared] != free[:shared]), "<=", 1


@problem.variant
def a_sentence_with_one_slip(rng):
    """One word replaced by its neighbour in the list, or the article lost, or said twice."""
    right = np.array([2, 4 + 2 * rng.integers(0, 2), 8, 10]) + rng.integers(0, 2, 4)
    place, slip = rng.integers(0, 4), rng.choice(["replaced", "lost", "twice"])
    if slip == "replaced":
        returned = np.where(np.arange(4) == place, right ^ 1, right)
    else:
        returned = np.delete(right, 2) if slip == "lost" else np.insert(right, 2, right[2])
    return {"y": right, "z": returned}


@problem.figure(
    "Where each input comes from in the homework. Above, with teacher forcing, from the right translation; below, in "
    "use, from what the decoder has just returned.",
    "Two rows of five boxes. The inputs in the upper row are sos, I, see, a, dog; the boxes return I, saw, a, dog, "
    "eos, and no arrow leads on from them. The inputs in the lower row are sos, I, saw, a, dog, and an arrow leads "
    "from what each box returns to the input of the next.",
    part="c",
)
def two_modes(axes):
    values = {str(symbol): value[:, 0] for symbol, value in homework.floats().items() if str(symbol) in "yz"}
    for height, sentence, label in ((1.8, values["y"], "teacher forcing"), (0, values["z"], "in use")):
        axes.text(-0.6, height + 0.5, label, ha="right", va="center")
        for step, (taken, returned) in enumerate(
            zip(in_words([SOS, *sentence]), in_words([*values["z"], EOS]), strict=True)
        ):
            axes.plot(step + np.array([-0.3, 0.3, 0.3, -0.3, -0.3]), height + np.array([0.3, 0.3, 0.7, 0.7, 0.3]), "C0")
            axes.text(step, height, taken, ha="center", va="center")
            axes.text(step, height + 1, returned, ha="center", va="center", alpha=1 if height == 0 else 0.5)
            if height == 0 and step < len(sentence):
                style = {"arrowstyle": "->", "color": "C1"}
                axes.annotate("", (step + 0.85, 0.15), (step + 0.15, 0.85), arrowprops=style)
    axes.set(xlim=(-2.2, 4.6), ylim=(-0.5, 3.2))
    axes.axis("off")
