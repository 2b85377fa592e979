"""What a person who looks for a block needs to find at every block."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.blocks.core import Block


HAS_PIL = find_spec("PIL") is not None
"""Whether Pillow is installed, with which a test of yours can look into a picture; the suite does not need it."""


class BlockStandardTestSuite(ABC):
    """Tests that every block should pass.

    Example:
        >>> class TestMyBlock(BlockStandardTestSuite):
        ...     @pytest.fixture
        ...     def block(self):
        ...         return MyBlock
    """

    @abstractmethod
    def block(self) -> type[Block]:
        """Return the block's class. Make it a fixture of pytest."""

    def test_has_a_description(self, block: type[Block]) -> None:
        """The block says what it is for."""
        assert block.get_description(), f"{block.__name__} has neither a docstring nor a _description."

    def test_has_a_documentation_url(self, block: type[Block]) -> None:
        """The block says where to read more."""
        assert block._documentation_url, f"{block.__name__} has no _documentation_url."  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - how a block declares it

    def test_all_fields_have_a_description(self, block: type[Block]) -> None:
        """Each field says what it means, in a sentence with a full stop."""
        for name, field in block.model_fields.items():
            assert field.description, f"{block.__name__}.{name} has no description."
            assert field.description.endswith("."), (
                f"The description of {block.__name__}.{name} has no full stop."
            )

    def test_has_a_valid_code_example(self, block: type[Block]) -> None:
        """The block shows how it is used, in Python that names it."""
        example = block.get_code_example()
        assert example, f"{block.__name__} has no _code_example, and no example in its docstring."
        code = example.partition("```python")[2].partition("```")[0] or example
        ast.parse(code.strip().replace(">>> ", "").replace("... ", ""))
        assert block.__name__ in example, f"The code example of {block.__name__} does not use it."

    def test_has_a_valid_image(self, block: type[Block]) -> None:
        """The block has a picture that pages can show."""
        url = block._logo_url  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - how a block declares it
        assert url, f"{block.__name__} has no _logo_url."
        assert str(url).startswith("https://"), (
            f"The _logo_url of {block.__name__} is no https address: {url}"
        )
