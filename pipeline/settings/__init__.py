"""Every key of `show.toml` and `episode.toml`: its type, its limits, the words of its refusal."""
