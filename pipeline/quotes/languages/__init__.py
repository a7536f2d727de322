"""What the guard must know of a language, a table each: another one is a file here."""
