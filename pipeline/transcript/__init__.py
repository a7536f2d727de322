"""Transcripts: words, corrections, speakers, chapters and the formats that carry them."""
