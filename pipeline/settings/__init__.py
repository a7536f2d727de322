"""Every key of `show.toml` and `episode.toml`: its type, its limits, the words of its refusal.

Keys that are read together stand in one group, a model in `channel` or `episode`. `Show` and `Episode`
are made of the groups; a stage inherits the group that it reads, and hands it on as it is.
"""
