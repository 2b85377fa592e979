"""Where the code of deployments lies: a folder, a git repository, a place that fsspec reaches, or behind a block."""
