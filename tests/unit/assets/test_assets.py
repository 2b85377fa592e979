from __future__ import annotations

import pytest
from pydantic import ValidationError

from prefect import task
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.context import AssetContext
from prefect.tasks import MaterializingTask, Task

ORDERS = Asset(
    key="s3://lake/orders",
    properties=AssetProperties(name="Orders", url="http://x", description="d", owners=["a", "b"]),
)


def test_an_asset_is_a_value() -> None:
    """Assets with the same key and properties are the same; they cannot be changed."""
    assert repr(ORDERS) == "Asset(key='s3://lake/orders')"
    assert {ORDERS, ORDERS.model_copy(), Asset(key="s3://lake/orders")} == {
        ORDERS,
        Asset(key="s3://lake/orders"),
    }
    with pytest.raises(ValidationError, match="frozen"):
        ORDERS.key = "s3://other"  # type: ignore[misc]


def test_a_key_is_an_address() -> None:
    """What is no address is refused where the asset is named."""
    for make in (lambda: Asset(key="orders"), lambda: task(asset_deps=["orders"])(print)):
        with pytest.raises(ValidationError, match="valid URI"):
            make()


def test_a_description_has_its_limit() -> None:
    """A description of more than 2500 characters is refused."""
    with pytest.raises(ValidationError, match="2500"):
        AssetProperties(description="x" * 2501)


def test_materialize_makes_a_task_that_makes_assets() -> None:
    """It takes assets or their keys, what makes them, and every option of a task."""

    @materialize(ORDERS, "s3://lake/lines", by="dbt", name="load", retries=2, asset_deps=["s3://raw"])
    def load() -> None:
        """Load it."""

    assert isinstance(load, MaterializingTask)
    assert isinstance(load, Task)
    assert (load.name, load.retries, load.description) == ("load", 2, "Load it.")
    assert load.assets == [ORDERS, Asset(key="s3://lake/lines")]
    assert (load.materialized_by, load.asset_deps) == ("dbt", [Asset(key="s3://raw")])


def test_options_of_a_task_that_makes_assets() -> None:
    """A task with other options makes the same assets, or others where they are given."""
    load = materialize(ORDERS, by="dbt")(lambda: 1)
    patient = load.with_options(name="patient", retries=3)
    other = load.with_options(assets=["s3://other"])
    assert (patient.name, patient.retries, patient.assets, patient.materialized_by) == (
        "patient",
        3,
        [ORDERS],
        "dbt",
    )
    assert isinstance(other, MaterializingTask)
    assert (other.assets, load.assets) == ([Asset(key="s3://other")], [ORDERS])
    plain = task(asset_deps=[ORDERS])(lambda: 1)
    assert plain.with_options(name="p").asset_deps == [ORDERS]
    assert plain.with_options(asset_deps=["s3://x"]).asset_deps == [Asset(key="s3://x")]
    assert (list(plain.assets), plain.materialized_by) == ([], None)


def test_materialize_needs_an_asset() -> None:
    """Without an asset, or without its parentheses, the decorator says what it needs."""
    with pytest.raises(TypeError, match="at least one asset"):
        materialize()
    with pytest.raises(TypeError, match="at least one asset"):
        materialize(lambda: 1)  # type: ignore[arg-type]


def test_methods_can_make_assets() -> None:
    """A method that makes assets is bound to its object like any task."""

    class Loader:
        rows = 5

        @materialize(ORDERS)
        def load(self) -> int:
            return self.rows

    assert Loader().load() == 5
    assert Loader().load.assets == [ORDERS]


def test_metadata_outside_of_a_task() -> None:
    """Facts can only be added while the task runs that makes the asset."""
    with pytest.raises(RuntimeError, match="inside a task"):
        ORDERS.add_metadata({"rows": 1})
    with pytest.raises(RuntimeError, match="inside a task"):
        add_asset_metadata("s3://lake/orders", {"rows": 1})


def test_metadata_of_an_asset_that_the_task_does_not_make() -> None:
    """Facts of another asset are refused, and the error names those that the task makes."""

    @materialize(ORDERS)
    def load() -> None:
        add_asset_metadata("s3://other", {"rows": 1})

    @task
    def plain() -> None:
        ORDERS.add_metadata({"rows": 1})

    with pytest.raises(ValueError, match=r"'s3://other'; it makes s3://lake/orders"):
        load()
    with pytest.raises(ValueError, match="it makes none"):
        plain()


def test_labels_of_assets() -> None:
    """An asset has its properties as labels where an event is about it, and only its key where it is related."""
    assert AssetContext.asset_as_resource(ORDERS) == {
        "prefect.resource.id": "s3://lake/orders",
        "prefect.resource.name": "Orders",
        "prefect.asset.description": "d",
        "prefect.asset.url": "http://x",
        "prefect.asset.owners": '["a", "b"]',
    }
    assert AssetContext.asset_as_resource(Asset(key="s3://x")) == {"prefect.resource.id": "s3://x"}
    assert AssetContext.asset_as_related(ORDERS) == {
        "prefect.resource.id": "s3://lake/orders",
        "prefect.resource.role": "asset",
    }
    assert AssetContext.related_materialized_by("dbt") == {
        "prefect.resource.id": "dbt",
        "prefect.resource.role": "asset-materialized-by",
    }
