"""The functions on states: exceptions out of states, states out of values and exceptions, groups of states."""

import asyncio

from prefect import states


async def main() -> None:
    failed = states.Failed(message="m", data=ValueError("v"))
    print(repr(await states.get_state_exception(failed)))
    try:
        await states.raise_state_exception(failed)
    except ValueError as error:
        print("raised", error)
    await states.raise_state_exception(states.Completed(data=1))
    made = await states.exception_to_failed_state(KeyError("k"))
    print(made.type.value, made.message)
    made = await states.exception_to_crashed_state(KeyboardInterrupt())
    print(made.type.value, made.message)
    made = await states.exception_to_crashed_state(asyncio.CancelledError())
    print(made.message)
    group = states.StateGroup([states.Completed(), states.Failed(), states.Pending()])
    print(
        group.counts_message(), group.fail_count, group.all_completed(), group.all_final(), group.any_failed()
    )
    copied = failed.model_copy(update={"name": "Other"})
    print(copied.name, copied.id == failed.id, failed.fresh_copy().id == failed.id)


if __name__ == "__main__":
    asyncio.run(main())
