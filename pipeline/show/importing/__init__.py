"""An existing show comes in, from its feed."""
