"""The words of an episode: who says them, where they went, what waits for the host."""
