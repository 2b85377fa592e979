"""The REST API: requests read, performed and answered."""
