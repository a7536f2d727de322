"""The ledger `quotes.toml`: read, and edited with its comments and order kept."""
