"""Static pages: one for each episode and an index of them."""
