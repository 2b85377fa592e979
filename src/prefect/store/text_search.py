"""Searching texts for words, as people type them.

    hello world         one of the words
    +hello +world       both
    hello -world        the first and not the second; `!world` is the same
    "hello world"       the words together

Capital and small letters are the same. A word is found inside of longer ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from prefect.schemas.operators import Operator
from prefect.store.conditions import Condition, together

_SIGNS = "-+!"
_WORD = re.compile(r'([-+!]?)(?:"((?:[^"\\]|\\.)*)"?|([^\s"]+))')


@dataclass
class Words:
    """What is searched for.

    Attributes:
        some: One of these must be there, if there are any.
        all: Each of these must be there.
        none: None of these may be there.
    """

    some: list[str] = field(default_factory=list[str])
    all: list[str] = field(default_factory=list[str])
    none: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, query: str) -> Words:
        """Return what a query asks for."""
        words = cls()
        for sign, phrase, word in _WORD.findall(query):
            text = re.sub(r"\\(.)", r"\1", phrase) if phrase else word
            if text and text not in _SIGNS:
                (words.all if sign == "+" else words.none if sign else words.some).append(text)
        return words

    def are_in(self, text: str) -> bool:
        """Whether a text holds what is searched for."""
        text = text.lower()
        return (
            all(word.lower() in text for word in self.all)
            and not any(word.lower() in text for word in self.none)
            and (not self.some or any(word.lower() in text for word in self.some))
        )


def holding_words(text: str, query: str) -> Condition:
    """The text, an expression of SQL, holds what a query asks for."""
    words = Words.of(query)
    conditions = [_holds(text, word) for word in words.all]
    conditions += [
        Condition(f"NOT {found.sql}", found.parameters)
        for found in (_holds(text, word) for word in words.none)
    ]
    if words.some:
        conditions.append(together([_holds(text, word) for word in words.some], Operator.or_))
    return together(conditions)


def _holds(text: str, word: str) -> Condition:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Condition(f"({text} {{ilike}} '%' || CAST(? AS TEXT) || '%' ESCAPE '\\')", (escaped,))
