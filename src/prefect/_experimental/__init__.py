"""Names that the original keeps under a path of experiments, for packages that import them from there."""
