"""What hosts do with a show: commands and the review page call it, and it prints nothing."""
