"""Chance with a seed, drawn in the few ways a demo needs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Things, some of which come up more often than others."""

    def __init__(self, weights: dict[T, int]) -> None:
        self.things = tuple(weights)
        self.sums = tuple(accumulate(weights.values()))


class Chance(Random):
    """`randint` and `choice` spend most of their time on what no demo needs; these do not."""

    def between(self, least: int, most: int) -> int:
        """A number from `least` to `most`, both included."""
        return least + int(self.random() * (most - least + 1))

    def one_of(self, things: Sequence[T]) -> T:
        """Any of them."""
        return things[int(self.random() * len(things))]

    def draw(self, weighted: Weighted[T]) -> T:
        """Any of them, by their weights."""
        return self.choices(weighted.things, cum_weights=weighted.sums)[0]
