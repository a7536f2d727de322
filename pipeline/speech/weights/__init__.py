"""The weights of a recogniser: found here, in a package, or downloaded and checked."""

__all__ = ["ctranslate2_file", "weights"]
