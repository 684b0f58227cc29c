"""The prices of models. Dated 2026-11-24, from the vendor's published price list; integers only, so sums are exact.

A price per million tokens in microdollars is the same number as picodollars per token: all arithmetic happens in
picodollars, and one call is rounded up to a whole microdollar once, at the end.
"""

from typing import Final, NamedTuple

_DOLLAR: Final = 1_000_000
PICODOLLARS: Final = 1_000_000
"""Picodollars in one microdollar."""

READ: Final = (10, 100)
WRITE_5M: Final = (125, 100)
WRITE_1H: Final = (200, 100)
"""Cache reads and writes, as fractions of the input price."""


class Tier(NamedTuple):
    """Prices in microdollars per million tokens, for prompts of up to `prompt_tokens` (cached ones counted)."""

    prompt_tokens: int | None
    input: int
    output: int


class Tokens(NamedTuple):
    """The tokens that one call used; `input` is what was neither read from nor written to the cache."""

    input: int = 0
    output: int = 0
    read: int = 0
    write_5m: int = 0
    write_1h: int = 0

    @property
    def prompt(self) -> int:
        return self.input + self.read + self.write_5m + self.write_1h


PRICES: Final[dict[str, tuple[Tier, ...]]] = {
    "claude-opus-5-5": (Tier(None, 4 * _DOLLAR, 20 * _DOLLAR),),
    "claude-sonnet-5-5": (Tier(None, 2 * _DOLLAR, 10 * _DOLLAR),),
    "claude-haiku-5-5": (
        Tier(100_000, _DOLLAR // 10, _DOLLAR // 2),
        Tier(None, _DOLLAR // 2, 5 * _DOLLAR // 2),
    ),
}
"""Tiers of each model, the smallest prompts first."""

_DEAREST: Final = Tier(
    None,
    max(tier.input for tiers in PRICES.values() for tier in tiers),
    max(tier.output for tiers in PRICES.values() for tier in tiers),
)
"""Of a model whose price is not known here."""


def cost(model: str, tokens: Tokens) -> int:
    """Microdollars of one call, rounded up."""
    tier = _tier(model, tokens.prompt)
    picodollars = (
        tokens.input * tier.input
        + _part(tokens.read, tier.input, READ)
        + _part(tokens.write_5m, tier.input, WRITE_5M)
        + _part(tokens.write_1h, tier.input, WRITE_1H)
        + tokens.output * tier.output
    )
    return -(-picodollars // PICODOLLARS)


def dearest_cost(model: str, input_tokens: int, output_tokens: int, *, for_an_hour: bool = False) -> int:
    """The most that many tokens can cost, in microdollars: all of the input a cache write."""
    if for_an_hour:
        return cost(model, Tokens(output=output_tokens, write_1h=input_tokens))
    return cost(model, Tokens(output=output_tokens, write_5m=input_tokens))


def _tiers(model: str) -> tuple[Tier, ...] | None:
    """A dated id (`claude-opus-5-5-20260901`) costs what its alias does."""
    if model in PRICES:
        return PRICES[model]
    alias, _, date = model.rpartition("-")
    return PRICES.get(alias) if len(date) == 8 and date.isdigit() else None


def _tier(model: str, prompt_tokens: int) -> Tier:
    tiers = _tiers(model) or (_DEAREST,)
    return next(t for t in tiers if t.prompt_tokens is None or prompt_tokens <= t.prompt_tokens)


def _part(tokens: int, price: int, fraction: tuple[int, int]) -> int:
    numerator, denominator = fraction
    return -(-tokens * price * numerator // denominator)
