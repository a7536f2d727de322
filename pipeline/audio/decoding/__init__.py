"""ffmpeg, and sound decoded with it."""
