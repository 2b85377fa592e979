"""Deployments are declared in code, stored, and stored again."""

from datetime import UTC, datetime

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.events import DeploymentEventTrigger
from prefect.schedules import Cron, Interval, RRule


@flow(version="v7")
def etl(day: str = "today", n: int = 1) -> int:
    """Load a day."""
    return n


WORDS = {
    "plain": {},
    "words": {"description": "By night", "version": "2", "tags": ["night"], "parameters": {"n": 2}},
    "cron": {"cron": ["0 2 * * *", "0 3 * * *"], "paused": True},
    "several": {
        "paused": True,
        "schedules": [
            Cron("0 1 * * *", timezone="Europe/Berlin", slug="x", parameters={"n": 3}),
            Interval(60, anchor_date=datetime(2026, 1, 1, tzinfo=UTC), slug="y"),
            RRule("FREQ=DAILY", slug="z", active=False),
        ],
    },
    "limit": {"concurrency_limit": ConcurrencyLimitConfig(limit=3, collision_strategy="CANCEL_NEW")},
    "unchecked": {"enforce_parameter_schema": False, "parameters": {"unknown": 1}},
    "trigger": {"triggers": [DeploymentEventTrigger(expect=["a"], name="mine", parameters={"n": 5})]},
}
WRONG = (
    {"name": "a/b"},
    {"name": "a", "cron": "0 2 * * *", "interval": 5},
    {"name": "a", "cron": "every day"},
    {"name": "a", "version_type": "unknown"},
)


if __name__ == "__main__":
    with get_client(sync_client=True) as client:
        for name, words in WORDS.items():
            made = etl.to_deployment(name, **words)
            same = made.apply() == etl.to_deployment(name, **words).apply()
            found = client.read_deployment_by_name(f"etl/{name}")
            limit = found.global_concurrency_limit
            print(made.full_name, same, found.version, found.description, found.tags, found.paused)
            print(" ", found.entrypoint.rpartition("/")[2], found.path, found.enforce_parameter_schema)
            print(" ", found.parameters, found.parameter_openapi_schema)
            options = found.concurrency_options
            print(
                " ", limit and limit.limit, options and options.collision_strategy.value, found.work_pool_name
            )
            for schedule in sorted(found.schedules, key=lambda each: (each.slug or "", str(each.schedule))):
                dates = schedule.schedule.model_dump(mode="json")
                print(" ", schedule.slug, schedule.active, schedule.parameters, sorted(dates.items()))
        etl.to_deployment("words").apply()
        found = client.read_deployment_by_name("etl/words")
        print(found.version, found.description, found.tags, found.parameters)
        for words in WRONG:
            try:
                print(etl.to_deployment(**words))
            except Exception as error:
                print(words, type(error).__name__)
