"""A script with a guard is a module too: importing it runs nothing, and its flows can be called."""

import importlib.util
import sys

from prefect import flow, task


@task
def where() -> str:
    return __name__


@flow
def pipeline() -> str:
    return where()


if __name__ == "__main__":
    print(pipeline())
    spec = importlib.util.spec_from_file_location("script_as_module", __file__)
    module = importlib.util.module_from_spec(spec)
    sys.modules["script_as_module"] = module
    spec.loader.exec_module(module)
    print(module.pipeline(), pipeline.fn(), where.fn())
