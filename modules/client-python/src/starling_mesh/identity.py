# SPDX-License-Identifier: Apache-2.0
"""What an agent says of itself."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .wire import Message, given

MAX_DIMENSIONS = 4096


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The registration of an agent; ValueError for what the mesh would refuse in any case."""

    agent_id: str | None = None
    name: str | None = None
    kind: str | None = None
    fingerprint: Sequence[float] | None = None
    profile: str | None = None
    space: str | None = None
    threshold: float | None = None
    accept_derived: bool | None = None
    capabilities: Sequence[str] = ()
    meta: Mapping[str, Any] | None = None
    tasks: int | None = None
    events: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.fingerprint is not None:
            if self.profile is not None:
                raise ValueError("profile: expected none beside a fingerprint")
            object.__setattr__(self, "fingerprint", numbers(self.fingerprint))
        for name in ("capabilities", "events"):
            object.__setattr__(self, name, words(name, getattr(self, name)))
        if self.tasks is not None and not (type(self.tasks) is int and self.tasks >= 1):
            raise ValueError(f"tasks: expected a whole number from 1, got {self.tasks!r}")

    def registration(self, agent_id: str | None, position: str | None) -> Message:
        """The message `register`: as `agent_id`, from `position` on where there was one before."""
        return given(
            type="register",
            agent_id=agent_id,
            fingerprint=self.fingerprint,
            profile=self.profile,
            space=self.space,
            threshold=self.threshold,
            accept_derived=self.accept_derived,
            meta=self._described() or None,
            tasks=self.tasks,
            resume=position,
        )

    def _described(self) -> Message:
        named = given(name=self.name, kind=self.kind, capabilities=list(self.capabilities) or None)
        return {**(self.meta or {}), **named}


def numbers(fingerprint: Iterable[float]) -> list[float]:
    """A fingerprint, float[1 … 4096], as plain finite numbers; ValueError for any other."""
    if isinstance(fingerprint, (str, bytes)):
        raise ValueError("fingerprint: expected numbers, got text")
    try:
        plain = [float(number) for number in fingerprint]
    except TypeError as e:
        raise ValueError(f"fingerprint: expected numbers: {e}") from e
    if not 1 <= len(plain) <= MAX_DIMENSIONS:
        raise ValueError(f"fingerprint: expected 1 to {MAX_DIMENSIONS} numbers, got {len(plain)}")
    for at, number in enumerate(plain):
        if not math.isfinite(number):
            raise ValueError(f"fingerprint[{at}]: expected a finite number, got {number}")
    return plain


def words(name: str, given_words: Iterable[str]) -> tuple[str, ...]:
    """Names in a list; ValueError where there is anything else, such as one text alone."""
    kept = () if isinstance(given_words, str) else tuple(given_words)
    if isinstance(given_words, str) or not all(isinstance(word, str) for word in kept):
        raise ValueError(f"{name}: expected a list of names, got {given_words!r}")
    return kept
