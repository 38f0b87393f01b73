"""The constructs of the functions and of what calls them: HTTP API, schedules, deployments."""
