"""What a feed says of a show and its episodes, judged by the rules of its readers."""
