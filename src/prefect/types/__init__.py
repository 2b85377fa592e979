"""Type aliases that belong to no single noun."""

from __future__ import annotations

from prefect.types._datetime import DateTime
from prefect.types.delimited_texts import validate_set_T_from_delim_string
from prefect.types.names import (
    MAX_VARIABLE_NAME_LENGTH,
    ArtifactKey,
    ValidAssetKey,
    VariableName,
)
from prefect.types.secret_dict import SecretDict
from prefect.types.setting_values import (
    ClientRetryExtraCodes,
    JsonStringOrDict,
    SecondsTimeDelta,
    StatusCode,
    TaskRetryDelaySeconds,
    parse_retry_delay_input,
)
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
    "ClientRetryExtraCodes",
    "DateTime",
    "JsonStringOrDict",
    "SecondsTimeDelta",
    "SecretDict",
    "StatusCode",
    "StrictVariableValue",
    "TaskRetryDelaySeconds",
    "ValidAssetKey",
    "VariableName",
    "VariableValue",
    "check_variable_value",
    "parse_retry_delay_input",
    "validate_set_T_from_delim_string",
]
