"""Posts for houses: forums, networks, blogs and mail. `houses.toml` says what each one takes."""

__all__ = ["house", "lint", "post", "source"]
