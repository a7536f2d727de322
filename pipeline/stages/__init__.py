"""The stages, one file each: read inputs, call pure code in a domain package, write outputs."""
