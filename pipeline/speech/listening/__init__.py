"""What a recogniser hears: where somebody speaks, and the chunks that go to it."""
