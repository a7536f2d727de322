"""Speech to words: voice activity, chunks, engines, word times and weights."""
