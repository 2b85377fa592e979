"""Routes that are no operations of the store: functions of the surroundings; `plain_table` lists them."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, get_type_hints

from pydantic import TypeAdapter

from prefect.server.api.arguments import Arguments
from prefect.server.api.messages import Answer, Asked, empty
from prefect.server.api.surroundings import Surroundings
from prefect.store.operations import Placement

Endpoint: TypeAlias = Callable[..., Awaitable[Any]]


@dataclass
class PlainRoute:
    """One function behind its path. It takes the surroundings, and by name what the request gives.

    Attributes:
        function: The function.
        method: The HTTP method, in capitals.
        path: The path, below the root of the API.
        status: The status with which it is answered.
        body: The parameter that is the whole body of the request, if there is one.
        also: Other statuses with which it may be answered, for the document.
    """

    function: Endpoint
    method: str
    path: str
    status: int = 200
    body: str | None = None
    also: tuple[int, ...] = ()

    @functools.cached_property
    def placement(self) -> Placement:
        """Where the parameters of the function travel."""
        types = get_type_hints(self.function, include_extras=True)
        answer = types.pop("return")
        names = list(inspect.signature(self.function).parameters)[1:]
        in_path = tuple(re.findall(r"{(\w+)}", self.path))
        left = tuple(name for name in names if name not in in_path and name != self.body)
        in_query = self.method in {"GET", "DELETE"}
        types = {name: types[name] for name in names}
        return Placement(
            in_path, left if in_query else (), () if in_query else left, self.body, types, answer
        )

    @functools.cached_property
    def _arguments(self) -> Arguments:
        return Arguments(self.function, self.placement)

    @functools.cached_property
    def _answer(self) -> TypeAdapter[Any]:
        return TypeAdapter[Any](self.placement.answer)

    async def answer(self, asked: Asked, values: Mapping[str, str], here: Surroundings) -> Answer:
        """Do what a request asks for. A function that returns an `Answer` has said everything.

        Raises:
            Exception: Whatever the function raises; see `refusals.answer_of`.
        """
        result = await self.function(here, **self._arguments.read(asked, values, here.most_records))
        if isinstance(result, Answer):
            return result
        if self.status == 204:
            return empty()
        return Answer(self.status, self._answer.dump_json(result))
