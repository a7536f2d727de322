"""One file for each group of commands; `cli` loads the file when its command is called."""
