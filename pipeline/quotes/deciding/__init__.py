"""What becomes of quotes: taken, placed, judged, carried to another transcript."""
