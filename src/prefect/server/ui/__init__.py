"""The web interface: the files that `ui/` is built into. `server.api.interface` serves them."""
