"""Classifiers of surnames: a recurrent network over characters, n-grams to compare it with, and scores for both.

Imported inside functions only: a class of torch's cannot be declared before torch is there.
"""

import numpy as np
import torch

from .surnames import PAD

WEIGHT_OF_NGRAMS = 3.0  # the inverse of the penalty of the logistic regression; 1 and 10 do a little worse
LARGEST_GRADIENT = 1.0


class CharacterClassifier(torch.nn.Module):
    """Embedding, recurrent layers, the state at the last letter, dropout, a linear layer."""

    def __init__(self, letters, width, classes, layers=1, dropout=0.0):
        super().__init__()
        self.embedding = torch.nn.Embedding(letters, width)
        self.rnn = torch.nn.RNN(width, width, layers, dropout=dropout if layers > 1 else 0.0, batch_first=True)
        self.dropout = torch.nn.Dropout(dropout)
        self.output = torch.nn.Linear(width, classes)

    def forward(self, x, last):
        states, _ = self.rnn(self.embedding(x))
        return self.output(self.dropout(states[torch.arange(len(x)), last]))


def trained(names, classes, *, width, epochs, seed, layers=1, dropout=0.3, rate=3e-3, batch=64, after_epoch=None):
    """A network trained on names with Adam, a learning rate that rises and falls, and clipped gradients."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    network = CharacterClassifier(PAD + 1, width, classes, layers, dropout)
    rows, last, languages = map(torch.as_tensor, (*names.rows, names.languages))
    steps = epochs * -(-len(rows) // batch)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    for _ in range(epochs):
        network.train()
        for chosen in torch.randperm(len(rows)).split(batch):
            longest = int(last[chosen].max()) + 1  # what lies behind the longest name of a batch are pads only
            logits = network(rows[chosen, :longest], last[chosen])
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(logits, languages[chosen]).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
            optimizer.step()
            schedule.step()
        if after_epoch is not None:
            after_epoch(network)
    return network


def predictions(network, names, *, dropout=False):
    """The most likely language of each name; with dropout left on only to see what that costs."""
    rows, last = map(torch.as_tensor, names.rows)
    network.train(dropout)
    with torch.no_grad():
        return network(rows, last).argmax(dim=1).numpy()


def predictions_by_ngrams(names, others):
    """The languages of the other names, by logistic regression on which runs of one to four letters occur."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    counter = CountVectorizer(analyzer="char", ngram_range=(1, 4), lowercase=False, min_df=2)
    counts = counter.fit_transform([f"^{name}$" for name in names.names])
    regression = LogisticRegression(C=WEIGHT_OF_NGRAMS, max_iter=500).fit(counts, names.languages)
    return regression.predict(counter.transform([f"^{name}$" for name in others.names]))


def accuracy(languages, predicted):
    return float(np.mean(languages == predicted))


def confusion(languages, predicted, classes):
    """How often each language (row) was taken for each (column)."""
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (languages, predicted), 1)
    return counts


def macro_f1(counts):
    """The mean over the languages of the harmonic mean of precision and recall, from a confusion matrix."""
    right = np.diag(counts)
    return float(np.mean(2 * right / np.maximum(counts.sum(0) + counts.sum(1), 1)))


def wilson_interval(successes, trials, z=1.96):
    """Where a share lies with 95 % confidence.  E. Wilson 1927, Probable inference."""
    share, spread = successes / trials, z * z / trials
    centre = (share + spread / 2) / (1 + spread)
    half = z * np.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return centre - half, centre + half
