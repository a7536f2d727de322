"""Running what is stale: in this process, in several, or on a cluster."""
