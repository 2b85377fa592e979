"""How the conditions of a filter are put together."""

from __future__ import annotations

from enum import Enum

from pydantic import BaseModel


class Operator(str, Enum):
    """All conditions must hold, or one of them."""

    and_ = "and_"
    or_ = "or_"


class OperatorMixin(BaseModel):
    """A filter whose conditions are put together by an operator."""

    operator: Operator = Operator.and_
