"""The review page: a local web page on which the host decides; it holds no rules of its own."""
