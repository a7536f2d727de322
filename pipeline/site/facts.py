"""Which episode a page is about, and where that is."""

from dataclasses import dataclass

from pipeline.web import addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeFacts:
    """What pages beside the episode's own say of it; `base_url` ends in a slash."""

    slug: str
    title: str
    show_title: str
    language: str
    base_url: str

    def url(self, key: str) -> str:
        return addresses.public_url(self.base_url, key)

    def page_url(self, quote_id: str = "") -> str:
        """The address of the episode's page, or of that of a quote."""
        if quote_id:
            return self.url(addresses.quote_page_key(self.slug, quote_id))
        return self.url(addresses.page_key(self.slug))
