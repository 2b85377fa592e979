"""Type aliases that belong to no single noun."""

from __future__ import annotations

from prefect.types.names import (
    MAX_VARIABLE_NAME_LENGTH,
    ArtifactKey,
    ValidAssetKey,
    VariableName,
)
from prefect.types.secret_dict import SecretDict
from prefect.types.variable_values import (
    MAX_VARIABLE_VALUE_LENGTH,
    StrictVariableValue,
    VariableValue,
    check_variable_value,
)

__all__ = [
    "MAX_VARIABLE_NAME_LENGTH",
    "MAX_VARIABLE_VALUE_LENGTH",
    "ArtifactKey",
    "SecretDict",
    "StrictVariableValue",
    "ValidAssetKey",
    "VariableName",
    "VariableValue",
    "check_variable_value",
]
