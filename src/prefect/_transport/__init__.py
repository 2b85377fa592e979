"""Operations over HTTP: as requests to the API of a server, sent with patience, and their answers read.

Nothing here knows whether it blocks or awaits: what takes time is an effect (`prefect._dual`), and whoever runs the
steps decides. The HTTP library is loaded by this room alone, and only where there is a server to talk to.
"""
