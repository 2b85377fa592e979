"""A block is a class with fields; it is saved under a name, loaded, overwritten and deleted."""

from pydantic import Field, SecretStr

from prefect import flow
from prefect.blocks.core import Block


class ConformancePart(Block):
    size: int = 1


class ConformanceMachine(Block):
    """A machine."""

    _block_type_name = "Conformance Machine"
    _block_type_slug = "conformance-machine"
    label: str
    secret: SecretStr
    part: ConformancePart
    numbers: list[int] = Field(default_factory=list)

    def describe(self) -> str:
        return f"{self.label} {self.part.size} {self.secret.get_secret_value()}"


@flow
def pipeline() -> None:
    machine = ConformanceMachine(label="one", secret="hidden", part=ConformancePart(size=3))
    machine.save("first")
    loaded = ConformanceMachine.load("first")
    print(loaded.describe(), loaded.secret, type(loaded.part).__name__, loaded.numbers)
    print(Block.load("conformance-machine/first").describe())
    try:
        ConformanceMachine(label="two", secret="s", part=ConformancePart()).save("first")
    except ValueError as error:
        print(type(error).__name__)
    ConformanceMachine(label="two", secret="s", part=ConformancePart(), numbers=[1]).save(
        "first", overwrite=True
    )
    print(ConformanceMachine.load("first").describe(), ConformanceMachine.load("first").numbers)
    ConformanceMachine.delete("first")
    try:
        ConformanceMachine.load("first")
    except ValueError as error:
        print(type(error).__name__)


if __name__ == "__main__":
    pipeline()
    print(ConformanceMachine.get_block_type_slug(), ConformancePart.get_block_type_slug())
    try:
        ConformanceMachine(label="x", secret="s", part=ConformancePart()).save("Not Valid!")
    except Exception as error:
        print(type(error).__name__)
