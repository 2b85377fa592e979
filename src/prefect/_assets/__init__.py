"""Assets below the tasks that make them: what they are, and which of them a task run uses and makes."""
