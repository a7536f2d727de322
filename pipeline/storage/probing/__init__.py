"""What a store can do, tried on it, and how what it cannot do is put right."""
