"""`pullquote review`: decide on an episode's quotes, on a page or one after the other in the terminal."""

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.app import App, command, note, say
from pipeline.errors import PullquoteError
from pipeline.times import clock, short_clock

if TYPE_CHECKING:
    from pipeline.models import Candidate
    from pipeline.quotes.guard import Verdict
    from pipeline.quotes.session import Item, Review
    from pipeline.review.material import Material

_KEYS = {
    "k": "keep",
    "e": "edit the text",
    "o": "open it with the [referent]",
    "r": "reject",
    "l": "later",
    "c": "consent to an edit",
    "h": "headings and order",
    "p": "play",
    "u": "undo",
    "q": "quit and go on later",
    "f": "finish the review",
}
_PLAYERS = (
    ("ffplay", ["-nodisp", "-autoexit", "-loglevel", "error", "-ss", "{start}", "-t", "{length}"]),
    ("mpv", ["--no-video", "--really-quiet", "--start={start}", "--length={length}"]),
)
_AROUND = 1.0  # seconds played before and after a passage


class _Ended(Exception):  # noqa: N818 - the end of the input is no error
    """The host closed the input."""


@command("review")
@click.argument("slug")
@click.option("--no-open", is_flag=True, help="Open no browser; only print the page's address.")
@click.option("--port", type=click.IntRange(1, 65535), help="Serve the page on this port.")
@click.option("--terminal", is_flag=True, help="Ask here, one quote after the other.")
def review(app: App, slug: str, no_open: bool, port: int | None, terminal: bool) -> None:
    """Decide on the quotes of the episode SLUG: keep, trim, join, sign, order or reject them.

    Opens a page on this machine only. Every decision is saved at once; stop it and run the command
    again to go on. With --terminal, or with answers piped in, the questions are asked here.
    """
    page_wanted = no_open or port is not None
    if terminal or not (page_wanted or sys.stdin.isatty()):
        _ask_here(app, slug)
        return
    from pipeline.review.serve import serve

    serve(app.workspace, slug, port, not no_open, _say_at_once)


def _say_at_once(text: str) -> None:
    say(text)
    sys.stdout.flush()


def _ask_here(app: App, slug: str) -> None:
    from pipeline.quotes.session import Review
    from pipeline.review.material import Material

    paths = app.workspace.episode(slug)
    material = Material(app.workspace, slug)
    session = Review(paths.ledger, material.guard, material.candidates)
    Terminal(session, material, _sound(paths.directory)).run()


def _sound(directory: Path) -> Path | None:
    found = [directory / "build" / "master.mp3", *sorted(directory.glob("audio.*"))]
    return next((path for path in found if path.is_file()), None)


class Terminal:
    """Asks, one item after the other; each answer is a letter and Return."""

    def __init__(self, session: "Review", material: "Material", sound: Path | None) -> None:
        self.session = session
        self.material = material
        self.sound = sound
        self.later: set[str] = set()
        self.done = False

    def run(self) -> None:
        """Ask until the host finishes, quits, or the input ends."""
        try:
            while not self.done:
                self._next()
        except _Ended:
            stays = "open" if self.session.is_open else "finished"
            note(f"the input ended: everything is saved, the review stays {stays}")

    def _next(self) -> None:
        left = [item for item in self.session.items() if item.key not in self.later]
        if not left:
            kept = len(self.session.verdicts)
            say(f"\nNothing is left to decide: {kept} quote{'' if kept == 1 else 's'} kept.")
            self._answer(None, "fqhlu")
            return
        item = left[0]
        say("")
        if item.candidate:
            self._show_candidate(item.candidate, len(left))
            self._answer(item, "koerlhpuqf" if item.candidate.referent else "kerlhpuqf")
        else:
            assert item.verdict is not None
            _show_verdict(item.verdict)
            self._answer(item, "cerlhpuqf")

    def _show_candidate(self, candidate: "Candidate", left: int) -> None:
        length = round(candidate.end - candidate.start)
        speaker = f"  {candidate.speaker}" if candidate.speaker else ""
        say(f"{short_clock(candidate.start)}{speaker}  {length} s  {left} left")
        say(_wrapped(candidate.text))
        if candidate.referent:
            pronoun = candidate.text.split()[0]
            say(f"  “{pronoun}” points outside: perhaps {candidate.referent.text}")
        if candidate.why:
            say(f"  Why: {', '.join(candidate.why)}.")

    def _answer(self, item: "Item | None", keys: str) -> None:
        offered = ", ".join(f"{key} {_KEYS[key]}" for key in keys)
        key = self._ask(f"[{offered}]").lower()[:1]
        if self._is_other():
            return
        if key not in keys or not key:
            say(f"  '{key}' is none of these keys")
            return
        if key in "hlufq":
            self._whenever(key, item)
        elif item and item.candidate:
            self._decide_candidate(key, item.candidate)
        elif item and item.verdict:
            self._decide_quote(key, item.verdict)

    def _is_other(self) -> bool:
        """Whether the episode has changed while the host thought: then it is shown again, not decided."""
        from pipeline.review.news import Seen, news

        before = Seen.of(self.material, self.session)
        if not self.material.look():
            return False
        self.session.renew(self.material.guard, self.material.candidates)
        lines = news(before, Seen.of(self.material, self.session))
        for line in lines:
            note(line)
        return bool(lines)

    def _whenever(self, key: str, item: "Item | None") -> None:
        if key == "l":
            self._put_off(item)
        elif key == "u":
            say("  taken back" if self.session.undo() else "  there is nothing to take back")
        elif key == "h":
            self._order()
        elif key == "f":
            self._finish()
        else:
            say(f"Saved; the review stays {'open' if self.session.is_open else 'finished'}.")
            self.done = True

    def _put_off(self, item: "Item | None") -> None:
        if item:
            self.later.add(item.key)
        else:
            self.later.clear()

    def _finish(self) -> None:
        self.session.finish()
        wrong = sum(not verdict.proven for verdict in self.session.verdicts)
        say(f"The review is finished: {len(self.session.verdicts)} quotes.")
        if wrong:
            say(f"{wrong} of them cannot be published before you sign or change them.")
        self.done = True

    def _decide_candidate(self, key: str, candidate: "Candidate") -> None:
        if key == "k":
            self.session.keep(candidate, self._heading())
        elif key == "r":
            self.session.reject(candidate)
        elif key == "p":
            self._play(candidate.start, candidate.end)
        elif key == "o":
            from pipeline.quotes.referents import with_referent

            self._keep_text(candidate, with_referent(candidate.text, candidate.referent))
        else:
            self._keep_text(candidate, self._text(candidate.text))

    def _keep_text(self, candidate: "Candidate", text: str) -> None:
        """Judge a text before it is kept in place of the candidate's own."""
        if not text:
            return
        verdict = self.session.try_text(text, candidate.start, candidate.speaker)
        _show_verdict(verdict)
        if self._ask("Keep it so? [y/n]").lower().startswith("y"):
            self.session.keep(candidate, self._heading(), text)

    def _decide_quote(self, key: str, verdict: "Verdict") -> None:
        quote = verdict.quote
        if key == "c":
            self._sign(verdict)
        elif key == "e":
            text = self._text(quote.text)
            if text:
                say(f"  {self.session.edit(quote.id, text).quote.status}")
        elif key == "r":
            self.session.remove(quote.id)
        else:
            self._play(quote.start, quote.end)

    def _sign(self, verdict: "Verdict") -> None:
        """The host types the line: a signature is not given by accident."""
        if not verdict.wanted():
            say("  There is no edit to sign: change the text, or reject the quote.")
            return
        line = self._ask("Type the line that you sign, or nothing:")
        if not line:
            return
        try:
            say(f"  {self.session.sign(verdict.quote.id, line).quote.status}")
        except PullquoteError as error:
            say(f"  {error.message}")

    def _heading(self) -> str:
        for number, heading in enumerate(self.session.headings, 1):
            say(f"  {number}  {heading}")
        answer = self._ask("Heading: a number of these, a new one, or nothing for none:")
        if answer.isdigit() and 0 < int(answer) <= len(self.session.headings):
            return self.session.headings[int(answer) - 1]
        return answer

    def _order(self) -> None:
        for verdict in self.session.verdicts:
            quote = verdict.quote
            say(
                f"  {quote.id}  {quote.heading}: {textwrap.shorten(quote.text, 60, placeholder=' …')}"
            )
        identity = self._ask("Which quote moves (its id), or nothing:")
        if all(verdict.quote.id != identity for verdict in self.session.verdicts):
            return
        heading = self._heading()
        if heading:
            place = self._ask("Which place below it (1 is first), or nothing for the last:")
            self.session.move(
                identity, heading, int(place) - 1 if place.isdigit() and int(place) else None
            )

    def _text(self, text: str) -> str:
        """The host's version of a text: in $EDITOR on a terminal, else typed in one line."""
        if sys.stdin.isatty():
            edited = click.edit(text + "\n") or ""
            return " ".join(edited.split())
        return self._ask("Text:")

    def _play(self, start: float, end: float) -> None:
        if self.sound is None:
            say(f"  There is no audio here; it is at {clock(start, 1)}.")
            return
        begin, length = max(0.0, start - _AROUND), end - start + 2 * _AROUND
        for name, options in _PLAYERS:
            player = shutil.which(name)
            if player:
                filled = [
                    option.format(start=f"{begin:.2f}", length=f"{length:.2f}")
                    for option in options
                ]
                subprocess.run(
                    [player, *filled, str(self.sound)], check=False, stdin=subprocess.DEVNULL
                )
                return
        say(f"  Neither ffplay nor mpv is installed; listen to {self.sound} at {clock(start, 1)}.")

    def _ask(self, question: str) -> str:
        click.echo(f"{question} ", nl=False)
        line = sys.stdin.readline()
        if not line:
            raise _Ended
        return line.strip()


def _show_verdict(verdict: "Verdict") -> None:
    quote = verdict.quote
    say(f"{short_clock(quote.start)}  {quote.id}  {quote.heading}  {quote.status}")
    say(_wrapped(quote.text))
    wanted = verdict.wanted()
    if wanted:
        say("  Asks for your consent, a line each:")
        for line in wanted:
            say(f"    {line}")
    elif quote.message:
        say(f"  {quote.message}")


def _wrapped(text: str) -> str:
    from pipeline.quotes.published import without_outer_marks  # late, as the guard is

    width = min(shutil.get_terminal_size().columns, 90)
    plain = " ".join(without_outer_marks(text).split())
    return textwrap.fill(plain, width, initial_indent="  “", subsequent_indent="  ") + "”"
