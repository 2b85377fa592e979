"""Variables, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._http_errors import PrefectHTTPStatusError
from prefect.client.orchestration._methods import Asking, given, method
from prefect.store import variables

if TYPE_CHECKING:
    from prefect._dual.effects import Steps
    from prefect.schemas.variables import Variable, VariableCreate, VariableUpdate


class Variables(Asking):
    """The methods of variables."""

    @method(409)
    def create_variable(self, variable: VariableCreate) -> Steps[Variable]:
        """Store a new variable and return it.

        Raises:
            ObjectAlreadyExists: There is a variable of this name.
        """
        return (yield from self.ask(variables.create_variable, variable))

    @method()
    def read_variable_by_name(self, name: str) -> Steps[Variable | None]:
        """Return a variable; None if there is none of this name."""
        try:
            return (yield from self.ask(variables.read_variable_by_name, name))
        except PrefectHTTPStatusError as error:
            if error.response.status_code != 404:
                raise
            return None

    @method()
    def read_variables(self, limit: int | None = None) -> Steps[list[Variable]]:
        """Return variables in the order of their names.

        Args:
            limit: How many at most; by default as many as the server allows.
        """
        return (yield from self.ask(variables.read_variables, **given(limit=limit)))

    @method()
    def update_variable(self, variable: VariableUpdate) -> Steps[None]:
        """Change the fields of a variable that are set; `name` says which variable.

        Raises:
            ValueError: There is no name in it.
        """
        if variable.name is None:
            raise ValueError("Name the variable that is to be changed: VariableUpdate(name=..., value=...).")
        yield from self.ask(variables.update_variable_by_name, variable.name, variable)

    @method(404)
    def delete_variable_by_name(self, name: str) -> Steps[None]:
        """Delete a variable.

        Raises:
            ObjectNotFound: There is no variable of this name.
        """
        yield from self.ask(variables.delete_variable_by_name, name)
