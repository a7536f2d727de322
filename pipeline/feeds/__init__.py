"""The RSS feed: feedgen and our extension for the Podcasting 2.0 namespace."""
