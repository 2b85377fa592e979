"""Events are emitted from flows and outside; they hold what was given."""

from prefect import flow, task
from prefect.events import emit_event


@task
def tell(number: int) -> str:
    event = emit_event(
        event=f"conformance.told.{number}",
        resource={"prefect.resource.id": f"conformance.{number}", "size": "3"},
        payload={"number": number},
    )
    return f"{event.event} {event.resource.id} {event.resource['size']} {event.payload}"


@flow
def pipeline() -> None:
    print(tell(1))
    event = emit_event(
        "conformance.direct",
        {"prefect.resource.id": "x"},
        related=[{"prefect.resource.id": "y", "prefect.resource.role": "friend"}],
    )
    print(sorted(each.role for each in event.related if each.role == "friend"), event.follows)


if __name__ == "__main__":
    pipeline()
    print(emit_event("conformance.outside", {"prefect.resource.id": "z"}).event)
