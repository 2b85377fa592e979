"""The vocabulary: one class for each noun of the wire, used by client, server, engine, CLI and tests."""
