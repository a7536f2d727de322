"""What is stale, and running it: stages, lock, freshness, runner, executors, progress.

The engine knows no podcast. It gets a table of stages from its caller and never imports `stages`.
"""
