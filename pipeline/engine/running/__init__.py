"""Running what is stale: in this process, in several, or on a cluster."""

__all__ = ["executors", "parcels", "run", "runner"]
