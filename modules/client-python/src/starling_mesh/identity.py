# SPDX-License-Identifier: Apache-2.0
"""What an agent says of itself."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import MeshError
from .wire import Message, encode, given

MAX_DIMENSIONS = 4096
#: What a mesh takes of each, in UTF-16 code units, as it counts.
MAX_TEXT = {"agent_id": 256, "name": None, "kind": None, "profile": 8192, "space": 256}
#: Bytes as JSON, with name, kind and capabilities.
MAX_META = 16 << 10
MAX_TASKS = 1000
#: Stands for what REST says itself, and for no agent.
RESERVED = "rest:"


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
        for name, limit in MAX_TEXT.items():
            _check_text(name, getattr(self, name), limit)
        if self.agent_id is not None and self.agent_id.startswith(RESERVED):
            raise ValueError(f"agent_id: expected none that begins with {RESERVED}")
        self._check_profile()
        if self.fingerprint is not None:
            object.__setattr__(self, "fingerprint", numbers(self.fingerprint))
        for name in ("capabilities", "events"):
            object.__setattr__(self, name, words(name, getattr(self, name)))
        self._check_numbers()
        self._check_meta()

    def _check_profile(self) -> None:
        if self.profile is not None:
            if self.fingerprint is not None:
                raise ValueError("profile: expected none beside a fingerprint")
            if not self.profile.strip():
                raise ValueError("profile: expected words, got a blank text")

    def _check_numbers(self) -> None:
        threshold, tasks = self.threshold, self.tasks
        if threshold is not None:
            real = isinstance(threshold, (int, float)) and not isinstance(threshold, bool)
            if not (real and 0 <= threshold <= 1):
                raise ValueError(f"threshold: expected a number from 0 to 1, got {threshold!r}")
        if tasks is not None and not (type(tasks) is int and 1 <= tasks <= MAX_TASKS):
            raise ValueError(f"tasks: expected a whole number from 1 to {MAX_TASKS}, got {tasks!r}")
        if self.accept_derived is not None and not isinstance(self.accept_derived, bool):
            raise ValueError(f"accept_derived: expected a bool, got {self.accept_derived!r}")

    def _check_meta(self) -> None:
        if self.meta is not None and not isinstance(self.meta, Mapping):
            raise ValueError(f"meta: expected a dict, got {self.meta!r}")
        try:
            encode(self._described(), MAX_META)
        except MeshError as e:
            raise ValueError(f"meta: {e.message}") from e

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
    except (TypeError, OverflowError) as e:
        raise ValueError(f"fingerprint: expected numbers: {e}") from e
    if not 1 <= len(plain) <= MAX_DIMENSIONS:
        raise ValueError(f"fingerprint: expected 1 to {MAX_DIMENSIONS} numbers, got {len(plain)}")
    for at, number in enumerate(plain):
        if not math.isfinite(number):
            raise ValueError(f"fingerprint[{at}]: expected a finite number, got {number}")
    return plain


def words(name: str, given_words: Iterable[str]) -> tuple[str, ...]:
    """Names in a list; ValueError where there is anything else, such as one text alone."""
    listed = isinstance(given_words, Iterable) and not isinstance(given_words, str)
    kept = tuple(given_words) if listed else ()
    if not listed or not all(isinstance(word, str) for word in kept):
        raise ValueError(f"{name}: expected a list of names, got {given_words!r}")
    return kept


def _check_text(name: str, text: Any, limit: int | None) -> None:
    if text is None:
        return
    if not isinstance(text, str):
        raise ValueError(f"{name}: expected a text, got {text!r}")
    try:
        units = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError as e:
        raise ValueError(f"{name}: expected Unicode, got half of a surrogate pair") from e
    if limit is not None and units > limit:
        raise ValueError(f"{name}: expected at most {limit} characters, got {units}")
