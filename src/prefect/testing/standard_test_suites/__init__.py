"""Tests that every class of a kind should pass: inherit from a suite and name the class."""

from __future__ import annotations

from prefect.testing.standard_test_suites.blocks import BlockStandardTestSuite

__all__ = ["BlockStandardTestSuite"]
