"""The server: the operations of the store over HTTP, and what a server does by itself."""
