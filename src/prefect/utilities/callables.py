"""Functions about calls and parameters, under the path that scripts import."""

from __future__ import annotations

from prefect._imports import forwarding

__getattr__ = forwarding(
    __name__,
    {
        **dict.fromkeys(("ParameterSchema", "parameter_schema"), "prefect._engine.parameter_schema"),
        "parameter_docstrings": "prefect._engine.parameter_docstrings",
        **dict.fromkeys(
            (
                "collapse_variadic_parameters",
                "explode_variadic_parameter",
                "get_call_parameters",
                "get_parameter_defaults",
                "parameters_to_args_kwargs",
                "raise_for_reserved_arguments",
            ),
            "prefect._engine.parameters",
        ),
    },
)
