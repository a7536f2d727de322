"""From the files of a show to a release of it, and back."""
