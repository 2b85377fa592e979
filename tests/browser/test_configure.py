"""Variables, blocks, artifacts and settings: found, changed, kept from harm."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pydantic import SecretStr

from prefect import flow
from prefect.artifacts import create_image_artifact, create_table_artifact
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from tests.browser.looking import Looking

R = TypeVar("R")


def elsewhere(act: Callable[[], R]) -> R:
    """Do something in another thread: the browser has an event loop in this one, in which blocks would await."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(contextvars.copy_context().run, act).result()


class ShopKey(Block):
    """What opens the shop.

    Ask the shop for one.
    """

    user: str
    password: SecretStr


class ShopOrders(Block):
    """Where orders come from."""

    key: ShopKey
    folder: str = "orders"


@flow(name="leaving-artifacts")
def leaving_artifacts() -> None:
    """Leave a large table and a picture that lies elsewhere."""
    rows: list[dict[str, Any]] = [{"row": number, "name": f"name {number}"} for number in range(2000)]
    create_table_artifact(rows, key="large", description="Very **many** rows")
    create_image_artifact("https://pictures.example/cat.png", key="cat")


def test_a_variable_is_checked_while_it_is_written(look: Looking) -> None:
    """A mistake in JSON is told with its place; what looks like a number can be kept as text."""
    page = look.at("/variables?new=yes", "Variables")
    dialog = page.get_by_role("dialog", name="New variable")
    dialog.get_by_label("Name").fill("limits")
    dialog.get_by_label("Value").fill('{"a": }')
    dialog.get_by_text(re.compile("^Line 1, column 7: ")).wait_for()
    dialog.get_by_label("Value").fill("17")
    assert dialog.get_by_role("button", name="JSON").get_attribute("aria-pressed") == "true"
    dialog.get_by_role("button", name="Text").click()
    dialog.get_by_label("Tags").fill("prod, eu")
    dialog.get_by_role("button", name="Keep").click()
    page.get_by_role("cell", name='"17"').wait_for()
    assert look.server.ask("GET", "/variables/name/limits")["value"] == "17"
    look.server.ask("POST", "/variables/", json={"name": "other", "value": 1})
    page.get_by_text("other", exact=True).wait_for()
    page.get_by_role("button", name="prod", exact=True).click()
    page.get_by_text("other", exact=True).wait_for(state="detached")
    assert "tag=prod" in page.url


def test_a_block_that_holds_another_is_made_from_the_catalogue(look: Looking) -> None:
    """The type is found by a word, the block that it holds is chosen from what is saved."""
    elsewhere(lambda: ShopKey(user="ann", password=SecretStr("hunter2")).save("shop"))
    elsewhere(ShopOrders.register_type_and_schema)
    page = look.at("/blocks?new=yes", "Blocks")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type").fill("where orders")
    look.keep("catalogue")
    dialog.get_by_role("button", name=re.compile("ShopOrders|Shop Orders")).click()
    dialog.get_by_label("Name", exact=True).fill("orders")
    dialog.get_by_label("Folder").fill("2026")
    dialog.get_by_role("button", name="Keep").click()
    dialog.get_by_text("This is needed.").wait_for()
    look.keep("block form")
    dialog.get_by_label("Key (a block)").select_option("shop")
    dialog.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Change orders").wait_for()
    held = elsewhere(lambda: ShopOrders.load("orders"))
    assert (held.folder, held.key.password.get_secret_value()) == ("2026", "hunter2")
    page.get_by_role("row", name=re.compile("^shop ")).get_by_role(
        "cell", name="orders", exact=True
    ).wait_for()
    page.get_by_role("button", name="Delete shop").click()
    page.get_by_role("dialog").get_by_text("1 block holds it:").wait_for()
    page.get_by_role("dialog").get_by_text(re.compile("gone for good")).wait_for()


def test_a_form_that_was_not_touched_keeps_a_secret(look: Looking) -> None:
    """Changing one field leaves the secret beside it; stars are no part of a new one."""
    elsewhere(lambda: ShopKey(user="ann", password=SecretStr("hunter2")).save("shop"))
    page = look.at("/blocks", "Blocks")
    page.get_by_role("button", name="Change shop").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("User").fill("bob")
    password = dialog.get_by_label("Password")
    password.fill(f"{password.input_value()}x")
    dialog.get_by_role("button", name="Keep").click()
    dialog.get_by_text("A secret is not shown, only stars in its place.").wait_for()
    password.fill(password.input_value().removesuffix("x"))
    dialog.get_by_role("button", name="Keep").click()
    dialog.wait_for(state="detached")
    kept = elsewhere(lambda: ShopKey.load("shop"))
    assert (kept.user, kept.password.get_secret_value()) == ("bob", "hunter2")
    assert "hunter2" not in page.content()


def test_a_block_without_secrets_is_deleted_and_brought_back(look: Looking) -> None:
    """What can be made again just as it was needs no question; a secret does."""

    class ShopSign(Block):
        """A plain block."""

        text: str = "x"

    elsewhere(lambda: ShopSign(text="kept").save("sign"))
    elsewhere(lambda: Secret(value="hunter2").save("secret"))
    page = look.at("/blocks", "Blocks")
    page.get_by_role("button", name="Delete sign").click()
    page.get_by_role("button", name="Undo").click()
    look.sees("It is back.")
    assert elsewhere(lambda: ShopSign.load("sign")).text == "kept"
    page.get_by_role("button", name="Delete secret").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete secret").wait_for(state="detached")


def test_a_large_table_is_searched_and_sorted(look: Looking) -> None:
    """All rows can be found, though only those in sight are made."""
    leaving_artifacts()
    page = look.at("/artifacts?q=large", "Artifacts")
    page.get_by_role("link", name="large").click()
    page.get_by_text("2,000 rows").wait_for()
    assert page.locator("tbody tr").count() < 100
    page.get_by_role("button", name="row", exact=True).click()
    page.get_by_role("button", name="row", exact=True).click()
    page.get_by_role("cell", name="1999", exact=True).wait_for()
    page.get_by_label("Find in the table").fill("name 77")
    page.get_by_text("11 of 2,000 rows").wait_for()
    page.get_by_role("region", name="Content").locator("strong").get_by_text("many").wait_for()


def test_a_picture_from_elsewhere_is_not_loaded(look: Looking) -> None:
    """Nobody elsewhere learns who looks at an artifact; the page says where the picture lies."""
    leaving_artifacts()
    page = look.at("/artifacts?q=cat", "Artifacts")
    page.get_by_role("link", name="cat").click()
    look.sees("pictures.example")
    link = page.get_by_role("link", name="Open it in a window of its own")
    assert link.get_attribute("href") == "https://pictures.example/cat.png"
    assert page.locator("main img").count() == 0


def test_settings_say_what_was_set_and_what_states_mean(look: Looking) -> None:
    """Of all settings those that somebody set come first; each is found by its name or its meaning."""
    page = look.at("/settings", "Settings")
    page.get_by_text("Its time has come, and nobody has started it.").wait_for()
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("searchbox", name="Find a setting").fill("PREFECT_SERVER_API_PORT")
    page.get_by_role("cell", name="4200", exact=True).wait_for()
    page.get_by_text("server.api.host", exact=True).wait_for(state="detached")
    page.get_by_role("searchbox", name="Find a setting").fill("auth_string")
    page.get_by_role("cell", name="nothing").first.wait_for()
