"""The store: tables, one file of transactions for each noun, and the executors that run them.

A transaction is a generator of statements that returns a value:

    def read_flow(name: str) -> Transaction[Flow | None]:
        rows = yield Statement("SELECT * FROM flow WHERE name = ?", (name,))
        return FLOW.decode_one(rows)

It runs whole or not at all. The generator never opens, commits or waits; an executor does. Nothing here imports
pydantic's users above, reads settings, or knows who asks.
"""
