"""The same of TypeScript."""

from tests.support.gate_cases import Case

BAD: list[Case] = []
GOOD: list[Case] = []
OLD: list[Case] = []
