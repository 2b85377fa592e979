"""The sections of the server's settings, a file for each."""
