"""The limits of tags, taken by hand for a task run."""
