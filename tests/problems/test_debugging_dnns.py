"""What is special to `debugging_dnns`: training loops that are run, and BatchNorm that refuses a single example."""

from pathlib import Path

import pytest
import torch

from verify.api import check
from verify.catalog import load
from verify.evidence import Verdict

FILE = Path(__file__).parents[2] / "problems" / "debugging_dnns.py"
problem = load(FILE)


def judged(part, response):
    return check(f"{FILE}/{part}", response)


# Right loops ----------------------------------------------------------------------------------------------------------


def with_epochs(model, loader, criterion, optimizer, num_epochs):
    model.train()
    running_loss = 0.0
    for _ in range(num_epochs):
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
    return running_loss


def zeroed_before_backward(net, data, loss_fn, opt):
    for x, y in data:
        loss = loss_fn(net(x), y)
        net.zero_grad()
        loss.backward()
        opt.step()


def zeroed_after_the_step(model, optimizer, criterion, loader):
    for x, y in loader:
        criterion(model(x), y).backward()
        optimizer.step()
        for parameter in model.parameters():
            parameter.grad = None


def one_step(model, optimizer, criterion, inputs, targets):
    optimizer.zero_grad(set_to_none=False)
    criterion(model(inputs), targets).backward()
    optimizer.step()


def fresh_gradients_by_autograd(model, optimizer, criterion, loader):
    for x, y in loader:
        parameters = list(model.parameters())
        gradients = torch.autograd.grad(criterion(model(x), y), parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()


def with_a_device(model, train_loader, criterion, optimizer, device="cpu", verbose=False):
    model.to(device)
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        if verbose:
            print(loss.item())


def in_numpy(X, y, theta, eta):
    for _ in range(2):
        for row, target in zip(X, y, strict=True):
            theta = theta - 2 * eta * (row @ theta - target) * row
    return theta


# Wrong loops ----------------------------------------------------------------------------------------------------------


def as_printed(model, optimizer, criterion, loader):
    for inputs, targets in loader:
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()


def zeroed_before_the_loop(model, optimizer, criterion, loader):
    optimizer.zero_grad()
    as_printed(model, optimizer, criterion, loader)


def only_logs_the_number(model, optimizer, criterion, loader):
    total = 0.0
    for inputs, targets in loader:
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


def zeroed_between(model, optimizer, criterion, loader):
    for inputs, targets in loader:
        criterion(model(inputs), targets).backward()
        optimizer.zero_grad()
        optimizer.step()


def slower(model, optimizer, criterion, loader):
    for group in optimizer.param_groups:
        group["lr"] /= 10
    as_printed(model, optimizer, criterion, loader)


def zeroed_for_each_epoch(model, optimizer, criterion, loader, epochs):
    for _ in range(epochs):
        zeroed_before_the_loop(model, optimizer, criterion, loader)


def through_a_number(model, optimizer, criterion, loader):
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets).item()
        loss.backward()
        optimizer.step()


def without_a_step(model, optimizer, criterion, loader):
    for inputs, targets in loader:
        optimizer.zero_grad()
        criterion(model(inputs), targets).backward()


@pytest.mark.parametrize(
    "loop",
    [
        with_epochs,
        zeroed_before_backward,
        zeroed_after_the_step,
        one_step,
        fresh_gradients_by_autograd,
        with_a_device,
        in_numpy,
    ],
)
def test_a_loop_that_starts_every_gradient_anew_is_accepted(loop):
    evidence = judged("c", loop)
    assert evidence.verdict is Verdict.SUPPORTED
    assert evidence


@pytest.mark.parametrize(
    ("loop", "named"),
    [
        (as_printed, "gradients are never set to zero"),
        (zeroed_before_the_loop, "gradients are never set to zero"),
        (only_logs_the_number, "gradients are never set to zero"),
        (zeroed_between, "set to zero between backward and step"),
        (slower, "only the learning rate lowered"),
        (zeroed_for_each_epoch, "set to zero once for each epoch"),
        (through_a_number, "loss.item() is a plain number"),
    ],
)
def test_a_mistake_in_the_loop_is_refuted_and_named(loop, named):
    evidence = judged("c", loop)
    assert evidence.verdict is Verdict.REFUTED
    assert named in evidence.feedback


def test_a_loop_that_never_steps_is_refuted():
    assert judged("c", without_a_step).verdict is Verdict.REFUTED


@pytest.mark.parametrize("response", ["optimizer.zero_grad()", 3, lambda weights, gradients: weights - gradients])
def test_what_is_no_training_loop_is_unreadable_and_told_what_to_pass(response):
    evidence = judged("c", response)
    assert evidence.verdict is Verdict.UNREADABLE
    assert "a function of some of model, optimizer, criterion, loader" in evidence.feedback


def test_the_answer_on_the_page_is_code_with_the_cure_in_its_place():
    assert "optimizer.zero_grad()\n        loss = criterion" in problem.parts["c"].answer_kind.shown()


# Written answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "responses"),
    [
        ("a.cause", ["C", "(c)", "a difficulty of optimisation"]),
        ("b", ["BatchNorm", "batchnorm.", "batch normalisation, in training mode"]),
        (
            "b.variance",
            [
                r"\left(\frac{\sum_{i=1}^n u_i - \sum_{i=1}^n v_i}{2n}\right)^2",
                "Sum(u_i - v_i, (i, 1, n))^2 / (4 n^2)",
                r"\frac14 (\frac{1}{n} \sum_{i=0}^{n-1} (u_i - v_i))^2",
            ],
        ),
        ("c.update", ["[[1 - eta a, -eta], [a, 1]]", r"\begin{pmatrix} 1 - a\eta & -\eta \\ a & 1 \end{pmatrix}"]),
        ("c.product", ["1", 1, "(1 - eta a) + eta a"]),
        ("c.polynomial", ["z^2 - (2 - eta a) z + 1", "(z-1)^2 + eta a z", r"z^2 - 2z + \eta a z + 1"]),
        ("c.modulus", ["1", "2/2", "1.0"]),
        ("c.mended", ["1 - eta a", r"1 - a \eta", "-(eta*a - 1)"]),
    ],
)
def test_a_right_answer_is_proved_however_it_is_written(part, responses):
    for response in responses:
        assert judged(part, response).verdict is Verdict.PROVED, response


@pytest.mark.parametrize(
    ("part", "response", "named"),
    [
        ("a.cause", "overfitting", "Overfitting"),
        ("a.cause", "B", "Too little data"),
        ("b", "layer normalisation", "Layer normalisation"),
        ("b", "neither", "Neither, since the loss is divided"),
        ("c.modulus", "(1 - eta a)^2", "As if mended"),
        ("c.update", "[[1, -eta], [a, 1]]", "Step along the stored gradient only"),
    ],
)
def test_a_written_mistake_is_refuted_and_named(part, response, named):
    evidence = judged(part, response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(named)


def test_torch_refuses_to_normalise_a_batch_of_one_example():
    with pytest.raises(ValueError, match="Expected more than 1 value per channel"):
        torch.nn.BatchNorm1d(4)(torch.ones(1, 4))


def test_the_sheet_asks_three_questions():
    assert [part.name for part in problem.parts.values() if part.atom] == ["a", "b", "c"]
