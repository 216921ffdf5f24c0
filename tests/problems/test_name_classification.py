"""What is special to `name_classification`: other right programs, every mistake named, the numbers of the notebook."""

import json
import string
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch

from verify.catalog import load
from verify.evidence import Verdict

ROOT = Path(__file__).parents[2]
problem = load(ROOT / "problems" / "name_classification.py")
answers = {name: part.answer_kind for name, part in problem.parts.items()}
cases = {case["id"]: case for case in json.loads((ROOT / "tests/data/notebook_cases.json").read_text())["cases"]}
machinery = f"{problem.parts['code.model'].answer_kind.reference.__module__.rpartition('.')[0]}.machinery"
surnames = import_module(f"{machinery}.surnames")
run_classifier = import_module(f"{machinery}.run_classifier")


class Indexed(torch.nn.Module):
    """As the notebook has it, with its own arguments and names."""

    def __init__(self, vocab_size, rnn_size, n_categories, num_layers=1, dropout=0.0, model_type="lstm"):
        super().__init__()
        assert model_type == "rnn"
        self.embedding = torch.nn.Embedding(vocab_size, rnn_size)
        self.rnn = torch.nn.RNN(rnn_size, rnn_size, num_layers, dropout=dropout, batch_first=True)
        self.drop = torch.nn.Dropout(dropout)
        self.output = torch.nn.Linear(rnn_size, n_categories)

    def read(self, x, last):
        return self.rnn(self.embedding(x))[0][torch.arange(len(x)), last]

    def forward(self, x, last):
        return self.output(self.drop(self.read(x, last)))


class Gathered(Indexed):
    def __init__(self, letters, width, classes, layers, dropout):
        super().__init__(letters, width, classes, layers, dropout, "rnn")

    def read(self, x, last):
        states, _ = self.rnn(self.embedding(x))
        return states.gather(1, last[:, None, None].expand(-1, 1, states.shape[2]))[:, 0]


class Packed(Indexed):
    def read(self, x, last):
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            self.embedding(x), last + 1, batch_first=True, enforce_sorted=False
        )
        return self.rnn(packed)[1][-1]


class LastColumn(Indexed):
    def read(self, x, last):
        return self.rnn(self.embedding(x))[0][:, -1]


class TimeFirst(Indexed):
    def read(self, x, last):
        self.rnn.batch_first = False
        return super().read(x, last)


class DropoutLast(Indexed):
    def forward(self, x, last):
        return self.drop(self.output(self.read(x, last)))


class NoDropout(Indexed):
    def forward(self, x, last):
        return self.output(self.read(x, last))


class Probabilities(Indexed):
    def forward(self, x, last):
        return super().forward(x, last).softmax(dim=1)


def with_torch_functions(x, last, k, E, U1, W1, b1, U2, W2, b2, A, a):
    first, second = x.new_zeros(len(x), len(b1), dtype=E.dtype), x.new_zeros(len(x), len(b2), dtype=E.dtype)
    read = torch.zeros_like(second)
    for step, letters in enumerate(x.T):
        first = torch.tanh(torch.nn.functional.linear(E[letters], U1, b1) + first @ W1.T)
        second = torch.tanh(torch.nn.functional.linear(k * first, U2, b2) + second @ W2.T)
        read = torch.where((last == step)[:, None], second, read)
    return torch.nn.functional.linear(k * read, A, a)


@pytest.mark.parametrize("response", [Indexed, Gathered, Packed, with_torch_functions])
def test_a_network_is_accepted_however_it_is_written(response):
    assert answers["code.model"].check(response, "code.model").verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("response", "mistake"),
    [
        (LastColumn, "the last column instead of the last letter"),
        (TimeFirst, "batch and time swapped"),
        (DropoutLast, "dropout after the logits"),
        (NoDropout, "no dropout before the linear layer"),
        (Probabilities, "softmax before the loss"),
    ],
)
def test_a_mistake_in_a_class_is_named(response, mistake):
    evidence = answers["code.model"].check(response, "code.model")
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


class AnotherLayer(Indexed):
    def __init__(self, letters, width, classes, layers, dropout):
        super().__init__(letters, width, classes, layers, dropout, "rnn")
        self.extra = torch.nn.Linear(2, 2)


def test_a_class_with_other_parameters_is_told_which_are_expected():
    evidence = answers["code.model"].check(AnotherLayer, "code.model")
    assert evidence.verdict is Verdict.REFUTED
    assert "those of an embedding, of torch.nn.RNN with two layers and of a linear layer" in evidence.feedback


def test_a_class_without_the_arguments_is_told_which_are_expected():
    evidence = answers["code.model"].check(torch.nn.ReLU, "code.model")
    assert evidence.verdict is Verdict.REFUTED
    assert "letters, width, classes, layers, dropout" in evidence.feedback


def test_logits_of_another_shape_are_told_by_shape():
    evidence = answers["code.model"].check(lambda x, E: E[x], "code.model")
    assert evidence.verdict is Verdict.REFUTED
    assert "shape" in evidence.feedback


def test_a_number_is_no_network():
    assert answers["code.model"].check(3, "code.model").verdict is Verdict.UNREADABLE


symbols = string.ascii_lowercase + string.ascii_uppercase + " .,;'"
table = {symbol: index for index, symbol in enumerate(symbols)}


def by_search(letter):
    return next(index for index, symbol in enumerate(symbols) if symbol == letter)


def by_cases(char):
    if "a" <= char <= "z":
        return ord(char) - ord("a")
    return 26 + ord(char) - ord("A") if "A" <= char <= "Z" else 52 + " .,;'".find(char)


def of_all_letters(u):
    return np.vectorize(lambda code: symbols.find(chr(code)))(u)


@pytest.mark.parametrize("response", [lambda s: table[s], by_search, by_cases, of_all_letters])
def test_a_function_of_a_letter_is_accepted_however_it_is_written(response):
    assert answers["code.letter"].check(response, "code.letter").verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("response", "mistake"),
    [
        (lambda letter: table[letter] + 1, "counted from one"),
        (lambda letter: (symbols[26:52] + symbols[:26] + symbols[52:]).find(letter) + 0, "capitals first"),
        (lambda letter: table[letter.lower()], "capitals as small letters"),
        (lambda letter: ord(letter) + 0, "the number in Unicode"),
    ],
)
def test_a_mistake_in_a_function_of_a_letter_is_named(response, mistake):
    evidence = answers["code.letter"].check(response, "code.letter")
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


def test_a_letter_that_is_forgotten_is_noticed():
    evidence = answers["code.letter"].check(lambda letter: symbols.index(letter, 0, 56), "code.letter")
    assert evidence.verdict is Verdict.REFUTED
    assert "ValueError" in evidence.feedback


def encoded_by(pad, shift=0):
    return lambda u: ([table[chr(code)] for code in u] + [pad] * (19 - len(u)), len(u) - 1 + shift)


@pytest.mark.parametrize(
    "response",
    [encoded_by(57), lambda u: dict(zip(("x", "last"), encoded_by(57)(u), strict=True))],
)
def test_a_row_of_indices_is_accepted_however_it_is_written(response):
    assert answers["code.encode"].check(response, "code.encode").verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("response", "mistake"),
    [
        (encoded_by(0), "the pad is the letter a"),
        (encoded_by(56), "the pad is the apostrophe"),
        (encoded_by(57, shift=1), "the length instead of the last place"),
    ],
)
def test_a_mistake_in_a_row_is_named(response, mistake):
    evidence = answers["code.encode"].check(response, "code.encode")
    assert evidence.verdict is Verdict.REFUTED
    assert mistake in evidence.feedback


@pytest.mark.parametrize("response", ["81 %", "83.4", "80 to 84 %", 85])
def test_an_accuracy_above_the_mark_is_accepted(response):
    assert answers["code.accuracy"].check(response, "code.accuracy").verdict is Verdict.PROVED


@pytest.mark.parametrize("response", ["79.9 %", "70", "96 %", "35 %", "0.83"])
def test_an_accuracy_below_the_mark_or_that_of_the_training_names_is_refuted(response):
    assert answers["code.accuracy"].check(response, "code.accuracy").verdict is Verdict.REFUTED


@pytest.mark.parametrize("response", ["b", "c", "d"])
def test_another_numbering_of_the_classes_is_refuted_with_the_reason(response):
    evidence = answers["classes"].check(response, "classes")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback


def test_what_the_classifier_does_to_people_is_for_a_reader():
    text = (
        "Names are no identity; whoever decides by them discriminates, and mistakes hit small groups most of all. " * 2
    )
    assert answers["a"].check(text, "a").verdict is Verdict.UNDECIDED
    assert answers["a"].check("bias", "a").verdict is Verdict.UNREADABLE


# The notebook ---------------------------------------------------------------------------------------------------------


def notebook_case(mode):
    train = cases["names/forward-backward-train-mode"]
    weights = {name: np.array(value) for name, value in train["weights_from_seed_227"].items()}
    return train, cases[f"names/forward-backward-{mode}-mode"], weights


def givens_of(weights):
    """The two biases of torch's act as one."""
    layers = [
        (
            weights[f"rnn.weight_ih_l{layer}"],
            weights[f"rnn.weight_hh_l{layer}"],
            weights[f"rnn.bias_ih_l{layer}"] + weights[f"rnn.bias_hh_l{layer}"],
        )
        for layer in (0, 1)
    ]
    return weights["embedding.weight"], *layers[0], *layers[1], weights["output.weight"], weights["output.bias"]


x, last = np.arange(20).reshape(5, 4) % 11, np.array([2, 3, 1, 2, 3])


def test_the_logits_of_the_notebook_in_evaluation_are_reproduced():
    _, case, weights = notebook_case("eval")
    expected = case["expected_float32"]
    logits = answers["code.model"].reference(x, last, 1, *givens_of(weights))
    assert logits.ravel()[40:45] == pytest.approx(expected["logits_flat_40_45"], rel=1e-4)
    assert logits.sum() == pytest.approx(expected["logits_sum"], rel=1e-4)


def test_the_last_column_gives_the_other_numbers_of_the_notebook():
    _, case, weights = notebook_case("eval")
    (mistake,) = (each for each in problem.parts["code.model"].mistakes if each.name.startswith("the last column"))
    assert mistake.wrong(x, 1, *givens_of(weights)).ravel()[40:45] == pytest.approx(
        case["mistakes"][0]["logits_flat_40_45"], rel=1e-4
    )


def test_the_gradient_of_the_notebook_in_evaluation_is_reproduced():
    _, case, weights = notebook_case("eval")
    network = Indexed(11, 13, 17, 2, 0.1, "rnn").eval()
    network.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    network(torch.tensor(x), torch.tensor(last)).sum().backward()
    gradient = network.rnn.weight_hh_l0.grad.ravel()[40:45].numpy()
    assert gradient == pytest.approx(case["expected_float32"]["grad_of_sum_wrt_weight_hh_l0_flat_40_45"], rel=1e-3)


def test_the_initial_weights_of_the_notebook_come_from_its_seed():
    train, _, weights = notebook_case("eval")
    torch.manual_seed(train["seeds"]["init"])
    network = Indexed(11, 13, 17, 2, 0.1, "rnn")
    for name, value in network.state_dict().items():
        assert value.numpy() == pytest.approx(weights[name], abs=1e-7)


def test_the_logits_of_the_notebook_in_training_follow_from_the_masks_of_dropout():
    """Not from its seed: torch draws other masks from one release to the next."""
    train, _, weights = notebook_case("eval")
    masks = train["portable_replacement"]
    E, U1, W1, b1, U2, W2, b2, A, a = givens_of(weights)
    states_of = import_module(answers["code.model"].reference.__module__).states_of
    between = np.array(masks["mask_after_rnn_layer0 [B][T][H]"]) / 0.9 * states_of(E[x], U1, W1, b1)
    read = states_of(between, U2, W2, b2)[np.arange(5), last]
    logits = np.array(masks["mask_before_output [B][H]"]) / 0.9 * read @ A.T + a
    assert logits == pytest.approx(np.array(masks["logits"]), abs=1e-6)
    assert logits.ravel()[40:45] == pytest.approx(train["expected_published"]["logits_flat_40_45"], rel=1e-3)


def test_the_encoding_of_the_notebook_is_reproduced():
    expected = cases["names/encoding"]["expected"]
    index = answers["code.letter"].example
    assert (index("a"), index("'")) == (expected['index("a")'], expected['index("\'")'])
    assert expected["pad"] == surnames.PAD
    assert expected["max_len"] == surnames.LENGTH
    assert surnames.fold("Ślusàrski") == expected['fold("Ślusàrski")']


# The data -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Wałęsa", "Walesa"),
        ("Müller-Groß", "MullerGross"),
        ("Đurđević", "Durdevic"),
        ("Ó Súilleabháin", "O Suilleabhain"),
    ],
)
def test_letters_that_are_no_letter_with_a_mark_are_folded_too(name, folded):
    assert surnames.fold(name) == folded


def test_real_surnames_of_eight_languages_come_in_hundreds():
    found = surnames.surnames_of_locales()
    assert len(found) == 8
    assert all(len(names) >= 300 and names == sorted(set(names)) for names in found.values())
    assert "Kowalski" in found["Polish"]
    assert all(0 < len(name) <= 19 and set(name) <= set(symbols) for names in found.values() for name in names)


def test_the_files_of_the_tutorial_are_read_where_somebody_has_them(tmp_path):
    (tmp_path / "Polish.txt").write_text("Ślusàrski\nWałęsa\nNowak\nNowak\n", encoding="utf-8")
    (tmp_path / "Irish.txt").write_text("O'Neal\n", encoding="utf-8")
    found = surnames.surnames_of_folder(tmp_path)
    assert found == {"Irish": ["O'Neal"], "Polish": ["Slusarski", "Walesa", "Nowak", "Nowak"]}


def test_a_folder_without_names_is_refused_with_what_is_expected(tmp_path):
    with pytest.raises(FileNotFoundError, match="one name to a line"):
        surnames.surnames_of_folder(tmp_path)


def test_a_split_uses_every_name_once_and_keeps_its_language():
    found = {"A": ["ab", "ac", "ad"], "B": ["ba", "bc"]}
    train, others = surnames.split(found, seed=1)
    pairs = list(zip(train.names + others.names, [*train.languages, *others.languages], strict=True))
    assert sorted(pairs) == [("ab", 0), ("ac", 0), ("ad", 0), ("ba", 1), ("bc", 1)]
    assert len(train.names) == 4
    assert train.names != surnames.split(found, seed=2)[0].names


def test_shared_names_bound_the_accuracy():
    assert surnames.best_possible({"A": ["Maria", "Weber"], "B": ["Maria", "Rossi"]}) == 0.75
    assert surnames.best_possible({"A": ["Maria", "Maria"], "B": ["Maria", "Rossi"]}) == 0.75


def test_scores_of_a_table_are_those_of_scikit_learn():
    from sklearn.metrics import confusion_matrix, f1_score

    classifier = import_module(f"{machinery}.classifier")
    rng = np.random.default_rng(0)
    right, guessed = rng.integers(0, 4, 60), rng.integers(0, 4, 60)
    table = classifier.confusion(right, guessed, 4)
    assert (table == confusion_matrix(right, guessed)).all()
    assert classifier.macro_f1(table) == pytest.approx(f1_score(right, guessed, average="macro"))
    assert classifier.macro_f1(table) != pytest.approx(classifier.accuracy(right, guessed))


def test_the_interval_of_a_share_is_that_of_scipy():
    from scipy.stats import binomtest

    classifier = import_module(f"{machinery}.classifier")
    expected = binomtest(83, 100).proportion_ci(method="wilson")
    assert classifier.wilson_interval(83, 100, z=1.959964) == pytest.approx((expected.low, expected.high), rel=1e-5)
