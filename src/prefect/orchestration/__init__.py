"""The rules by which a run goes from state to state, the same for the embedded engine and the server.

How it works: a client proposes a state for a run. The caller gathers what the rules need to know (`facts`), picks the
policy (`policies`) and asks `decide`. A policy is an ordered table of rules. Each concerns runs that leave and enter
certain state types, and is a pure function that lets the proposal pass, amends it, or ends the matter. The answer is
one of four decisions with instructions (`decisions`): what the caller must do in the transaction that writes the state.
When a state is written, `advance` tells what changes on the run.

This room must not know of a clock, settings, a database, a network or chance: what varies comes in with the facts.
"""
