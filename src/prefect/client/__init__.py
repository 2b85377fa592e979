"""The client of the API. Today it holds the paths of the vocabulary; its operations come with the server."""
