"""The vocabulary of events under the paths that users import; it is defined in `prefect.schemas`."""
