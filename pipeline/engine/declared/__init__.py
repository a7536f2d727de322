"""What stages declare, as one graph of files."""
