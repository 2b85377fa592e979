"""Variables: set, read, changed and removed, from code and by the client."""

import asyncio

from claims import raises, same, verdict

from prefect import get_client
from prefect.client.schemas.actions import VariableCreate, VariableUpdate
from prefect.exceptions import ObjectAlreadyExists
from prefect.variables import Variable

Variable.set("compat_word", "one", tags=["compat"])
same("a text", Variable.get("compat_word"), "one")
raises("set again", ValueError, lambda: Variable.set("compat_word", "two"))
Variable.set("compat_word", {"deep": [1, None, "x"]}, overwrite=True)
same("an object", Variable.get("compat_word"), {"deep": [1, None, "x"]})
with get_client(sync_client=True) as client:
    same("tags go with what is set over", client.read_variable_by_name("compat_word").tags, [])
same("a default", Variable.get("compat_missing", default=3), 3)


async def asynchronous() -> object:
    """Set and read in a loop."""
    await Variable.aset("compat_async", 5)
    return await Variable.aget("compat_async")


same("async", asyncio.run(asynchronous()), 5)
same("removed", (Variable.unset("compat_async"), Variable.unset("compat_async")), (True, False))

with get_client(sync_client=True) as client:
    made = client.create_variable(VariableCreate(name="compat_made", value=[1, 2], tags=["a"]))
    same("made by the client", (made.value, made.tags), ([1, 2], ["a"]))
    raises(
        "made twice",
        ObjectAlreadyExists,
        lambda: client.create_variable(VariableCreate(name="compat_made", value=1)),
    )
    client.update_variable(VariableUpdate(name="compat_made", value=False))
    same("changed", client.read_variable_by_name("compat_made").value, False)
    names = {each.name for each in client.read_variables()}
    same("listed", names & {"compat_word", "compat_made"}, {"compat_word", "compat_made"})
    client.delete_variable_by_name("compat_made")
    same("deleted", client.read_variable_by_name("compat_made"), None)

raise SystemExit(verdict())
