"""Text for people: show notes and link posts, from templates that a show may override."""
