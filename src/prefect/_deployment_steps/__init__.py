"""Steps of deployments, named in data: what is done to build, to push, and to get the code of a flow.

They are loaded by name, so that the engine, which is below `prefect.deployments`, can do the pull steps of its flow.
"""
