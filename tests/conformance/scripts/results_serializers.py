"""Results are written by the serializer of the flow or task: pickle, JSON, or compressed ones."""

import os
from pathlib import Path

HERE = Path("results").absolute()
os.environ["PREFECT_LOCAL_STORAGE_PATH"] = str(HERE)

from prefect import flow, task  # noqa: E402 - after the setting, as a script may do it
from prefect.serializers import JSONSerializer, PickleSerializer  # noqa: E402 - the same

VALUES = {
    "json": "json",
    "pickle": "pickle",
    "small": "compressed/json",
    "object": JSONSerializer(),
    "p": PickleSerializer(),
}


def body(name: str) -> dict[str, str]:
    return {"name": name}


@flow
def pipeline() -> None:
    for name, serializer in VALUES.items():
        write = task(
            body,
            name=name,
            persist_result=True,
            result_serializer=serializer,
            result_storage_key=name,
        )
        state = write(name, return_state=True)
        print(name, state.result(), (HERE / name).exists())
        print(sorted(key for key in ("result", "metadata") if key in (HERE / name).read_text()))


if __name__ == "__main__":
    pipeline()
    for serializer in VALUES.values():
        if not isinstance(serializer, str):
            print(type(serializer).__name__, serializer.type, serializer.loads(serializer.dumps([1, "a"])))
