"""The show's own store on this machine: started, closed to others, ended."""

__all__ = ["store"]
