"""A materializing task makes an asset, a flow asset depends on others, and metadata is added."""

from prefect import flow, task
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize

RAW = Asset(key="s3://conformance/raw.csv", properties=AssetProperties(name="Raw", owners=["ada"]))


@materialize(RAW)
def make_raw() -> int:
    RAW.add_metadata({"rows": 3})
    add_asset_metadata(RAW, {"columns": 2})
    return 3


@materialize("s3://conformance/clean.csv", by="script")
def clean(rows: int) -> int:
    return rows - 1


@task(asset_deps=["s3://conformance/clean.csv"])
def look(rows: int) -> int:
    return rows


@flow
def pipeline() -> int:
    return look(clean(make_raw()))


if __name__ == "__main__":
    print(pipeline())
    print(RAW.key, RAW.properties.name, str(RAW), make_raw.assets[0].key)
    print(clean.name, type(clean).__name__, clean.materialized_by)
    for key in ("not a key", "s3://a b"):
        try:
            Asset(key=key)
        except ValueError as error:
            print(type(error).__name__)
    try:
        add_asset_metadata(RAW, {})
    except Exception as error:
        print(type(error).__name__)
