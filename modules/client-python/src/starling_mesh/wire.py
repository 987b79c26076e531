# SPDX-License-Identifier: Apache-2.0
"""Messages as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .errors import MeshError

#: A message of the mesh: one JSON object, which has a `type`.
Message = dict[str, Any]


def encode(message: Mapping[str, Any], limit: int) -> str:
    """The text of a message; MeshError INVALID_MESSAGE, or TOO_LARGE over `limit` bytes."""
    try:
        text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as e:
        raise MeshError("INVALID_MESSAGE", f"the message is not JSON: {e}") from e
    if size > limit:
        raise MeshError("TOO_LARGE", f"the message has {size} bytes, more than {limit}")
    return text


def decode(text: str) -> Message | None:
    """The object that a text is, or None."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def given(**fields: Any) -> Message:
    """The fields that have a value: to the mesh null and absent are the same."""
    return {name: value for name, value in fields.items() if value is not None}
