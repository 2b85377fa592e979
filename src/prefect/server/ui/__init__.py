"""The web interface: the files that `ui/` is built into, and how they are served."""
