"""The constructors of states, their types, names and predicates."""

from datetime import UTC, datetime, timedelta

from prefect import states

MADE = [
    states.Completed(),
    states.Completed(name="Cached"),
    states.Failed(message="m"),
    states.Crashed(),
    states.Cancelled(),
    states.Cancelling(),
    states.Pending(),
    states.Running(),
    states.Retrying(),
    states.Scheduled(),
    states.AwaitingRetry(),
    states.Late(),
    states.Paused(timeout_seconds=10),
    states.Suspended(timeout_seconds=10),
]

if __name__ == "__main__":
    for state in MADE:
        predicates = [
            name
            for name in (
                "scheduled pending running completed failed crashed cancelled cancelling paused final"
            ).split()
            if getattr(state, f"is_{name}")()
        ]
        print(state.type.value, state.name, state.message, predicates)
    when = datetime(2030, 1, 1, tzinfo=UTC)
    scheduled = states.Scheduled(scheduled_time=when)
    print(scheduled.state_details.scheduled_time == when)
    paused = states.Paused(timeout_seconds=60, reschedule=True, pause_key="k")
    print(paused.state_details.pause_reschedule, paused.state_details.pause_key)
    print(paused.state_details.pause_timeout - paused.timestamp < timedelta(seconds=61))
    print(repr(states.Completed(message="hello")), str(states.Failed()))
    print(repr(states.Completed(data=5)), states.Completed(data=5).result())
