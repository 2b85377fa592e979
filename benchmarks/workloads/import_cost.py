"""What `from prefect import flow, task` costs: the first thing every script pays."""

import sys
from time import process_time

started = process_time()
known = len(sys.modules)
from prefect import flow, task  # noqa: E402, F401

import_cpu_s = process_time() - started
modules = len(sys.modules) - known

from figures import peak_kb, report  # noqa: E402

report(import_cpu_ms=import_cpu_s * 1e3, modules=modules, peak_mb=peak_kb() / 1024)
