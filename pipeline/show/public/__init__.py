"""What is public of a show: its episodes, what was released from here, and the pages that list it all."""

__all__ = [
    "due",
    "gone_quotes",
    "machines",
    "merged_pages",
    "past_files",
    "publication",
    "searching",
]
