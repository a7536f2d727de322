"""Somebody at a clone of a show whose episodes are made by hand, and what listeners get of it."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from pipeline.artefacts import QUOTES, Proven
from pipeline.cli import main
from pipeline.engine.declared.files import parse
from pipeline.feeds.contents.artwork import Pictures
from pipeline.feeds.contents.item import PUBLISHED, EpisodeContent, make_item
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.models import Chapter, Quote, Span, Word, encode
from pipeline.settings.episode import ItemSettings
from pipeline.settings.podcasting import Erratum
from pipeline.show.publishing.publisher import Publisher
from pipeline.site.machines import annotations
from pipeline.site.unfurl import EpisodeFacts
from pipeline.storage.release.release import ReleaseReport
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.workspace import Workspace, dump_json

TEXTS = (".vtt", ".srt", ".json", ".txt")


@dataclass
class Clone:
    """Somebody at a clone of the show."""

    root: Path

    @property
    def workspace(self) -> Workspace:
        return Workspace.at(self.root)

    @property
    def desk(self) -> Publisher:
        return Publisher.open(self.workspace)

    def store_at(self, endpoint: str, bucket: dict[str, str], prefix: str) -> None:
        """Write the `[storage]` table."""
        toml = self.root / "feed/show.toml"
        before = toml.read_text().partition("\n[storage]")[0]
        toml.write_text(
            f'{before}\n[storage]\nendpoint_url = "{endpoint}"\n'
            f'bucket = "{bucket["bucket"]}"\npublic_url = "{bucket["public_url"]}"\n'
            f'prefix = "{prefix}"\nregion = "us-east-1"\n'
        )

    def build(
        self,
        slug: str,
        words: str,
        aside: str = "",
        date: str = "",
        quotes: Mapping[str, str] | None = None,
        errata: Sequence[Erratum] = (),
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Build an episode in which `words` are said; its page also says `aside`, and `quotes` by id.

        `texts` are transcripts by their ending.
        """
        folder = self.root / "episodes" / slug
        build = folder / "build"
        for part in ("site/quotes", "site/embed", "posts"):
            (build / part).mkdir(parents=True, exist_ok=True)
        title = f"About {slug}"
        at = datetime(2024, 5, ord(slug[-1]) - ord("a") + 1, 12, tzinfo=UTC)
        at = datetime.fromisoformat(date) if date else at
        (folder / "episode.toml").write_text(
            f'title = "{title}"\nguid = "guid-{slug}"\ndate = {at.isoformat()}\n'
        )
        page = f"<html><body><main><p>{slug}: {words}</main></body></html>"
        aside += "".join(
            f'<figure id="q-{name}"><blockquote><p>“{html.escape(text)}”</p></blockquote></figure>'
            for name, text in (quotes or {}).items()
        )
        quoted = Quote("k3v9", "", words, None, 0.0, 1.0, [], [], "verbatim")
        files = {
            "enclosure.mp3": f"sound of {slug}: {words}" * 20,
            "chapters.json": dump_json({"chapters": [{"startTime": 0, "title": words}]}),
            "quotes.json": QUOTES.dump(Proven(quotes=[quoted])),
            "site/page.html": page.replace("</main>", f"{aside}</main>"),
            "posts/link-post.html": page,
            **{f"transcript{suffix}": f"{slug} {suffix}: {words}" for suffix in TEXTS},
            **{f"transcript{suffix}": text for suffix, text in (texts or {}).items()},
        }
        if quotes is not None:  # releases of before had no pages of quotes
            files |= quote_files(slug, quotes)
            for name, text in {"": words, **quotes}.items():
                place = f"site/embed/{name}" if name else "site/embed"
                files[f"{place}.html"] = f"<html><main>{html.escape(text)}</main></html>"
                files[f"{place}.json"] = json.dumps({"title": text})
        for name, text in files.items():
            (build / name).write_text(text)
        content = EpisodeContent(
            duration=60.0,
            language="en",
            notes=f"<p>{words}</p>",
            chapters=[Chapter(0.0, words)],
            quotes=[],
        )
        item = make_item(
            slug,
            ItemSettings(
                title=title, guid=f"guid-{slug}", date=at, summary=words, erratum=list(errata)
            ),
            content,
            folder,
            {
                pattern: [build / name for name in files if parse(pattern).matches(f"build/{name}")]
                for pattern in PUBLISHED
            },
            pictures=Pictures(),
        )
        (build / "item.json").write_text(dump_json(encode(item)))

    def release(
        self, *slugs: str, restores: bool = False, allow: Sequence[str] = (), **options: Any
    ) -> ReleaseReport:
        """What `publish` does once the stages have run."""
        desk = Publisher.open(self.workspace, restores=restores)
        allow = [*allow, *(f"enclosure-changed:{slug}" for slug in slugs)]  # as they mean it
        with desk.offer(set(slugs), keep=True) as offer:
            return offer.release(allow, announce=lambda plan: None, what="test", **options)

    def run(self, *arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, [*arguments, "--root", str(self.root)])
        assert done.exit_code == code, done.output
        return done

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    @property
    def store(self) -> ObjectStore:
        return self.desk.store

    def public(self, key: str) -> str:
        answer = ask(self.store.base_url + key)
        assert answer.status == 200, key
        return answer.body.decode()

    def feed(self) -> dict[str, str]:
        """What each item says of what is said, by slug."""
        items = read_feed(self.public("feed.xml").encode()).items
        return {guid.removeprefix("guid-"): item.summary for guid, item in items.items()}

    def heard(self, slug: str) -> set[str]:
        """What every public file of an episode says of what is said; one where they agree."""
        keys = [f"transcripts/{slug}{suffix}" for suffix in TEXTS]
        keys += [f"episodes/{slug}.html", f"posts/{slug}.html", f"chapters/{slug}.json"]
        (item,) = [i for i in read_feed(self.public("feed.xml").encode()).items.values()
                   if i.guid == f"guid-{slug}"]  # fmt: skip
        audio = item.enclosure.removeprefix(self.store.base_url)
        texts = [*map(self.public, keys), self.public(audio), item.raw.decode()]
        (post,) = [i.raw.decode() for i in read_feed(self.public("posts.xml").encode()).items.values()
                   if i.guid.endswith(f"guid-{slug}")]  # fmt: skip
        return {word for text in (*texts, post) for word in re.findall(r"\b(?:old|new)\b", text)}


def quote_files(slug: str, quotes: Mapping[str, str]) -> dict[str, str]:
    """The pages of an episode's quotes, and all of them for machines."""
    words = [Word("Words.", 1.0, 2.0, 0.9, "Ada")]
    made = [
        Quote(name, "", text, "Ada", 1.0, 2.0, [Span(0, 1)], [], "verbatim")
        for name, text in quotes.items()
    ]
    facts = EpisodeFacts(
        slug=slug, title=slug, show_title="S", language="en", base_url="https://x.example/"
    )
    plain = "Ada [00:00:01]\nWords.\n"
    found = annotations(facts, made, words, plain, audio_key=f"audio/{slug}.mp3", clips={})
    pages = {
        f"site/quotes/{name}.html": f"<html><body><main><p>“{html.escape(text)}”</main></body></html>"
        for name, text in quotes.items()
    }
    return {"site/quotes.jsonld": dump_json(found), **pages}
