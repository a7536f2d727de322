"""Pictures of the editors after a post was pasted into each: the sample, and the seed where it is.

Usage: python -m tests.writing.posting.pictures FOLDER
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from pipeline.writing.posting.post import write
from pipeline.writing.posting.source import Source
from tests.conftest import CHROMIUM, FLAGS, REPOSITORY
from tests.writing.posting.conftest import sample_source, seed_quotes
from tests.writing.posting.editors import copy, pasted
from tests.writing.posting.test_pasting import EDITORS


def main(folder: Path) -> None:
    """Paste every post into the editor of its house, and take a picture of all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        with browser.new_context(viewport={"width": 900, "height": 700}) as context:
            for name, source in sources().items():
                for house, editor in EDITORS.items():
                    copy(context, write(source, house, "html").text)
                    with pasted(context, editor, Path(place)) as page:
                        page.screenshot(path=folder / f"{name}-{house}.png", full_page=True)
        browser.close()


def sources() -> dict[str, Source]:
    """What there is to paste."""
    sample, shared = sample_source(), REPOSITORY.parent / "shared"
    if not shared.is_dir():
        return {"sample": sample}
    facts = sample.facts.model_copy(update={"topics": [], "thesis": ""})
    return {"sample": sample, "seed": Source(facts=facts, quotes=seed_quotes(shared))}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
