"""Locks on keys, for results that only one run at a time may write: a protocol, locks in memory and in files."""
