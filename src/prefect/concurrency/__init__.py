"""Concurrency limits: slots that runs take before they use something that is scarce, and rates that they keep to.

`prefect.concurrency.sync` and `prefect.concurrency.asyncio` are the doors.
"""
