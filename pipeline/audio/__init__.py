"""Sound: decoding anything ffmpeg reads, loudness, mastering, cutting and tags."""
