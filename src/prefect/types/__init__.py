"""Type aliases that belong to no single noun."""
