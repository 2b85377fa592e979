"""How names that changed are kept working."""
