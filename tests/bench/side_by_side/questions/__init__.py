"""The thirty questions, in the order in which they are asked."""

from questions import outcome, speed, state, surveys_and_calls, volume, whole
from questions.question import Question

QUESTIONS: list[Question] = [
    *volume.QUESTIONS, *speed.QUESTIONS, *state.QUESTIONS, *outcome.QUESTIONS, *surveys_and_calls.QUESTIONS, *whole.QUESTIONS,
]
