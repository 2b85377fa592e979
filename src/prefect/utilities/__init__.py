"""Paths that scripts and integration packages import; each module is small and holds one thing."""
