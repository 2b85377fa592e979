"""Paths that integration packages import although they were never meant for it; each is a thin door."""
