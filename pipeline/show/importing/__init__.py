"""An existing show comes in, from its feed."""

__all__ = ["feed"]
