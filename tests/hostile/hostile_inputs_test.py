"""Every hostile input against one real server: how it answers, what it costs, and whether others notice."""

from __future__ import annotations

import pytest
from load import LOAD
from messages import MESSAGES
from questions import QUESTIONS
from transport import TRANSPORT
from target import Attack, measure

ATTACKS: list[Attack] = [*MESSAGES, *TRANSPORT, *QUESTIONS, *LOAD]


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_input(target, measured, attack):
    row, answered_after = measure(target, attack)
    measured.append(row)
    assert row.answer in attack.answers
    assert row.peak_mb <= attack.most_mb, f"{row.peak_mb:.1f} MB; at most {attack.most_mb}"
    assert row.cpu_seconds <= attack.most_cpu_seconds, f"{row.cpu_seconds:.2f} s of CPU; at most {attack.most_cpu_seconds}"
    assert answered_after <= attack.answered_within_seconds, f"a question took {answered_after:.2f} s"
