"""Object storage: any S3-compatible store, the local one, and releases to them."""
