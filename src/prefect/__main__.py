"""`python -m prefect`: the command line interface."""

from __future__ import annotations

from prefect.cli import main

if __name__ == "__main__":
    main()
