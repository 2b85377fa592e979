"""The steps of a run, one room each; `prefect.flow_engine` and `prefect.task_engine` put them together."""
