"""Events on the server: how they come in."""
