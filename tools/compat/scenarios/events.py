"""Events that are emitted, assets that are made, and the events that tell of runs."""

from claims import eventually, holds, same, verdict

from prefect import flow, get_client
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.events import emit_event
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter

RAW = Asset(key="s3://compat/raw", properties=AssetProperties(name="Raw", owners=["me"]))


@materialize(RAW)
def make_raw() -> str:
    """Make the first."""
    add_asset_metadata(RAW, {"rows": 4})
    return "raw"


@materialize("s3://compat/clean", asset_deps=[RAW])
def make_clean(raw: str) -> str:
    """Make the second of the first."""
    return f"clean {raw}"


@flow
def compat_events() -> str:
    """Tell something, and make assets."""
    emit_event("compat.told", {"prefect.resource.id": "compat.thing.1"}, payload={"n": 1})
    return make_clean(make_raw())


same("the flow", compat_events(), "clean raw")
emit_event(
    event="compat.alone",
    resource={"prefect.resource.id": "compat.thing.2", "kind": "lonely"},
    related=[{"prefect.resource.id": "compat.thing.1", "prefect.resource.role": "sibling"}],
)

with get_client(sync_client=True) as client:

    def named(*names: str) -> list[str]:
        """Return the stored events of these names."""
        page = client.read_events(EventFilter(event=EventNameFilter(name=list(names))), limit=50)
        return sorted(each.event for each in page.events)

    eventually(
        "emitted events", lambda: named("compat.told", "compat.alone"), ["compat.alone", "compat.told"]
    )
    of_thing = EventFilter(
        event=EventNameFilter(prefix=["compat."]), resource=EventResourceFilter(id=["compat.thing.1"])
    )
    (told,) = client.read_events(of_thing, limit=50).events
    same("its payload", told.payload, {"n": 1})
    roles = {each.role for each in told.related}
    holds("it knows its run", {"flow-run", "flow"} <= roles)

    def assets() -> list[tuple[str, str]]:
        """Return what was told of assets."""
        about = EventFilter(event=EventNameFilter(prefix=["prefect.asset."]))
        page = client.read_events(about, limit=50)
        return sorted({(each.event, each.resource.id) for each in page.events})

    eventually(
        "asset events",
        assets,
        [
            ("prefect.asset.materialization.succeeded", "s3://compat/clean"),
            ("prefect.asset.materialization.succeeded", "s3://compat/raw"),
            ("prefect.asset.referenced", "s3://compat/raw"),
        ],
    )

    def of_runs() -> set[str]:
        """Return the kinds of events about flow runs of this flow."""
        names = ["prefect.flow-run.Pending", "prefect.flow-run.Running", "prefect.flow-run.Completed"]
        about = EventFilter(event=EventNameFilter(name=names))
        found = client.read_events(about, limit=50).events
        mine = [each for each in found if any(one.name == "compat-events" for one in each.related)]
        return {each.event for each in mine}

    eventually(
        "events of the run",
        of_runs,
        {"prefect.flow-run.Pending", "prefect.flow-run.Running", "prefect.flow-run.Completed"},
    )

raise SystemExit(verdict())
