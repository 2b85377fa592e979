"""The client of the API: `orchestration` has the clients, `schemas` the paths of the vocabulary that users import."""

from __future__ import annotations
