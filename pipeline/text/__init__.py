"""What holds for any text: scripts, punctuation, tags of languages, words that say nothing."""
