"""Where words went: entries and chapters find theirs, two transcriptions are laid beside each other."""
