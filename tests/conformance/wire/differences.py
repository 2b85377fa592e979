"""Where our OpenAPI document differs from the facts, for each operation: the fact and why."""

DIFFERENCES: dict[str, dict[str, str]] = {
    "POST /ui/task_runs/dashboard/counts": {
        "answer[]{}: integer": "the two counts, which are always the same ones, are described by their names"
    },
    "GET /admin/settings": {
        "answer.logging.extra_loggers: string": "it is answered as the list that it means"
    },
}
