"""Where the words of a quote stand in the transcript, and which edits lie between."""
