"""Who speaks when: voices told apart, grouped, and known again."""
