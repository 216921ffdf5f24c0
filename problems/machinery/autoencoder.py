"""Autoencoders as modules, what corrupts their inputs, and the linear probe that asks what a code is good for.

Imported inside functions only: a class of torch's cannot be declared before torch is there.
"""

from itertools import pairwise

import numpy as np
import torch

NOISE = 0.5  # standard deviation of what the denoising autoencoder adds
MASKED = 0.25  # share of the entries that the masked autoencoder sets to zero
BATCH_OF_PROBE = 200


def layers(sizes, activation):
    """Linear layers between consecutive sizes, with the activation between them and none at the end."""
    modules = []
    for inputs, outputs in pairwise(sizes):
        modules += [torch.nn.Linear(inputs, outputs), activation()]
    return torch.nn.Sequential(*modules[:-1])


def with_noise(x):
    return x + NOISE * torch.randn_like(x)


def with_mask(x):
    return x.masked_fill(torch.rand_like(x) < MASKED, 0.0)


def unchanged(x):
    return x


KINDS = {"vanilla": unchanged, "denoising": with_noise, "masked": with_mask}


class Autoencoder(torch.nn.Module):
    """An encoder and its mirror image.  What it is trained on is corrupted; what it is to return never is."""

    def __init__(self, inputs, hidden, activation=torch.nn.ReLU, corrupt=unchanged):
        super().__init__()
        self.encoder = layers([inputs, *hidden], activation)
        self.decoder = layers([*reversed(hidden), inputs], activation)
        self.corrupt = corrupt

    def encode(self, x):
        return self.encoder(x)

    def forward(self, x):
        return self.decoder(self.encoder(x))

    def loss(self, x, reconstruction):
        """The mean over the examples of the sum over the features."""
        return ((x - reconstruction) ** 2).sum(dim=1).mean()

    def train_step(self, x, optimizer):
        loss = self.loss(x, self(self.corrupt(x)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss


def probe_accuracy(classifier, encode, x, y):
    """The share of the examples that a classifier labels rightly from their codes."""
    with torch.no_grad():
        return float((classifier(encode(x)).argmax(dim=1) == y).double().mean())


def trained_probe(codes, labels, classes, *, epochs, rate=1e-3):
    """A linear classifier of frozen codes."""
    probe = torch.nn.Linear(codes.shape[1], classes)
    optimizer = torch.optim.Adam(probe.parameters(), lr=rate)
    batches = list(zip(codes.split(BATCH_OF_PROBE), labels.split(BATCH_OF_PROBE), strict=True))
    for _ in range(epochs):
        for features, targets in batches:
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(probe(features), targets).backward()
            optimizer.step()
    return probe


def probed(network, data, *, epochs, rate=1e-3):
    """The accuracy on the test set of a linear probe that has seen the codes and labels of the validation set."""
    with torch.no_grad():
        codes = network.encode(data.valid.x)
    probe = trained_probe(codes, data.valid.y, data.classes, epochs=epochs, rate=rate)
    return probe_accuracy(probe, network.encode, data.test.x, data.test.y)


def trained(network, x, *, epochs, rate, batch, after_epoch=None):
    """The network after so many passes over `x` with Adam; ``after_epoch(network)`` is also called before the first."""
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    if after_epoch is not None:
        after_epoch(network)
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(batch):
            network.train_step(x[chosen], optimizer)
        if after_epoch is not None:
            after_epoch(network)
    return network


def evaluated(network, x, corrupt=unchanged):
    """The loss of reconstructing `x` from what a corruption makes of it, without training."""
    with torch.no_grad():
        return float(network.loss(x, network(corrupt(x))))


def smallest_loss(x, size):
    """The smallest loss of any affine autoencoder with a code of this size: the discarded eigenvalues of the data."""
    centred = np.asarray(x, dtype=float) - np.asarray(x, dtype=float).mean(axis=0)
    return float(np.sum(np.linalg.svd(centred, compute_uv=False)[size:] ** 2) / len(centred))


class PrincipalComponents:
    """The best linear autoencoder of `x` with a code of this size, by a singular value decomposition."""

    def __init__(self, x, size):
        self.mean = x.mean(dim=0)
        self.components = torch.linalg.svd(x - self.mean, full_matrices=False).Vh[:size]

    def encode(self, x):
        return (x - self.mean) @ self.components.T

    def __call__(self, x):
        return self.encode(x) @ self.components + self.mean

    loss = Autoencoder.loss
