"""Assets to look at: a small warehouse that a flow makes, of which one part fails."""

from __future__ import annotations

from prefect import flow
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize

RAW = Asset(
    key="s3://lake/raw/orders.parquet",
    properties=AssetProperties(name="Raw orders", description="All orders, **as they came**"),
)
ORDERS = Asset(
    key="postgres://warehouse/public/orders",
    properties=AssetProperties(
        name="Orders",
        url="https://warehouse.example/orders",
        description="Orders without those that were *cancelled*, one row to each.",
        owners=["ann@shop.example", "the data team"],
    ),
)


@materialize(RAW, asset_deps=["https://shop.example/api/orders"])
def fetch() -> list[int]:
    """Fetch what was ordered."""
    return [1, 2, 3]


@materialize(ORDERS, asset_deps=["s3://lake/rates.csv"], by="dbt")
def clean(orders: list[int]) -> list[int]:
    """Leave out what was cancelled."""
    add_asset_metadata(ORDERS, {"rows": len(orders), "seconds": 1.5})
    return orders[:]


@materialize("postgres://warehouse/public/revenue")
def revenue(orders: list[int]) -> int:
    """Add up."""
    return sum(orders)


@materialize("s3://reports/daily.html")
def report(orders: list[int], total: int) -> None:
    """Write a report, which fails."""
    raise ValueError(f"no template for {len(orders)} orders of {total}")


@flow(name="warehouse")
def warehouse() -> None:
    """Make the warehouse."""
    orders = clean.submit(fetch.submit())
    report.submit(orders, revenue.submit(orders)).wait()
