"""What is put right in a transcript, and which words want an ear."""
