"""What the guard knows of each language: a file for each, which `pipeline.quotes.language` names."""
