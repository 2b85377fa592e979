"""A flow is loaded from a folder, and by its entrypoint."""

from pathlib import Path

from prefect import flow
from prefect.flows import Flow, load_flow_from_entrypoint

CODE = '''
from prefect import flow, task

@task
def add(a: int, b: int) -> int:
    return a + b

@flow(name="loaded")
def pipeline(a: int = 1) -> int:
    """It adds."""
    return add(a, 10)

if __name__ == "__main__":
    print("never")
'''


if __name__ == "__main__":
    folder = Path("code")
    folder.mkdir()
    (folder / "pipelines.py").write_text(CODE)
    loaded = load_flow_from_entrypoint("code/pipelines.py:pipeline")
    print(isinstance(loaded, Flow), loaded.name, loaded.description, loaded(5))
    remote = flow.from_source(source=str(folder.absolute()), entrypoint="pipelines.py:pipeline")
    print(remote.name, remote(6))
    for entrypoint in ("code/pipelines.py:nothing", "code/missing.py:pipeline", "code/pipelines.py:add"):
        try:
            load_flow_from_entrypoint(entrypoint)
            print("loaded", entrypoint)
        except Exception as error:
            print(entrypoint, type(error).__name__)
