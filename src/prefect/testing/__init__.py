"""For the tests of people who use this library.

utilities                the test harness, and assertions
clock                    time that a test holds still and moves
cli                      running commands in the test's process
fixtures                 fixtures and tools for pytest
standard_test_suites     tests that every block should pass
"""
