"""Where posts go: a `HOUSE` each, in a file of its name, and templates of that name."""
