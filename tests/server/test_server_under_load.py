"""Two hundred checks at once, hostile ones among them: every honest one is answered, and nothing is left behind."""

import asyncio
from pathlib import Path

import attack_rows
from running_server import PROCESSES, Server, ask_all, served
from test_server import LONG, RIGHT

HONEST = [
    ("rnn_backprop/b", RIGHT),
    ("rnn_backprop/b", "u_3 + 2 w u_2 + 3 w^2 u_1"),
    ("rnn_backprop/a.t", "u1*w^2 + u2*w + u3"),
    ("transpose_conv/a", "[[-1, 3, -2], [3, -3, 1], [0, 3, 1]]"),
    ("kernelized_attention/a", "D"),
]
ATTACKS = [row["answer"] for row in attack_rows.rows("attacks") if isinstance(row["answer"], str)]
TOGETHER = 200
RUNAWAYS = 2
GROWTH = 40_000  # kilobytes
CLIENTS = 20


def questions(round_number: int) -> list[tuple[str, str]]:
    """As many honest as hostile ones, in turn; other hostile ones each round."""
    half = TOGETHER // 2
    chosen = ATTACKS[round_number * half :][: half - RUNAWAYS]
    hostile = [("rnn_backprop/b", text) for text in [LONG] * RUNAWAYS + (chosen + ATTACKS)[: half - RUNAWAYS]]
    honest = [HONEST[number % len(HONEST)] for number in range(half)]
    return [question for pair in zip(hostile, honest, strict=True) for question in pair]


def one_round(server: Server, number: int) -> None:
    """All questions of a round at once; each is answered, the honest ones with yes and the others not."""
    answers = asyncio.run(ask_all(server.address, questions(number), CLIENTS))
    assert len(answers) == TOGETHER
    assert [answer.json()["accepted"] for answer in answers[1::2]] == [True] * (TOGETHER // 2)
    for answer in answers[::2]:
        # A text that is no question at all, such as one that is too long, is refused as such.
        assert answer.status_code == 413 or answer.json()["accepted"] is not True


def test_honest_checks_are_answered_among_hostile_ones_and_nothing_is_leaked(site: Path) -> None:
    with served(site) as server:
        one_round(server, 0)
        processes, files, memory = server.settled_children(), server.open_files(), server.kilobytes()
        one_round(server, 1)
        assert server.process.poll() is None
        assert len(server.settled_children()) == len(processes) == PROCESSES  # those that were ended are replaced
        assert server.open_files() <= files
        assert server.kilobytes() <= memory + GROWTH
        assert server.stop()[0] == 0
