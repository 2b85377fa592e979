"""One body, two ways to call it: generators of effects, and the drivers that run them blocking or awaiting."""
