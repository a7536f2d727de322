"""The web application: routes that hand requests to the desk and show what it says."""

import asyncio
import contextlib
import functools
import math
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.desk.serving import state as views
from pipeline.desk.serving.filming import Filming
from pipeline.desk.serving.preview import preview
from pipeline.desk.serving.publishing import Publishing
from pipeline.desk.serving.safety import Gatekeeper
from pipeline.desk.serving.sound import Outline, passage
from pipeline.desk.working.commands import Command, Seconds, one_line
from pipeline.desk.working.desk import Desk
from pipeline.errors import PullquoteError, for_people
from pipeline.rendering.text import plain
from pipeline.times import short_clock

_DESK = Path(__file__).parents[1]  # beside its templates and scripts
_AGAIN = "stop pullquote review in its terminal (Ctrl+C), and start it again: nothing is lost"


class _Draft(BaseModel):
    """A text that the host is still working on."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=40_000)
    at: Seconds | None = None
    speaker: str | None = Field(None, max_length=400)


class _Publish(BaseModel):
    """What the page asks for: the plan, or to `send` what was shown."""

    model_config = ConfigDict(extra="forbid", strict=True)

    send: bool


class _Film(BaseModel):
    """What the page asks for: an audiogram of a quote; without one, that what is made is stopped."""

    model_config = ConfigDict(extra="forbid", strict=True)

    quote: str | None = Field(None, max_length=400)
    shape: Literal["square", "portrait", "landscape"] = "square"


class Pages:
    """The handlers; `token` is this run's."""

    def __init__(self, desk: Desk, outlines: Outline, publishing: Publishing, token: str) -> None:
        self.desk = desk
        self.outlines = outlines
        self.token = token
        self.publishing = publishing
        self.filming = Filming(desk.material)
        environment = Environment(
            loader=FileSystemLoader(_DESK / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"plain": plain, "clock": short_clock}
        self.template = environment.get_template("page.html.j2")

    def page(self, request: Request) -> Response:
        """The page, its transcript as plain text."""
        with self.desk.lock:
            self.desk.look()
            html = self.template.render(
                token=self.token,
                slug=self.desk.material.slug,
                title=self.desk.material.episode.title,
                language=self.desk.material.transcript.language,
                paragraphs=self.desk.material.paragraphs,
                generation=self.desk.material.generation,
            )
        return HTMLResponse(html)

    def state(self, request: Request) -> Response:
        """Decisions and verdicts; 204 while nothing changed since `known`."""
        with self.desk.lock:
            self.desk.look()
            if request.query_params.get("known") == self.desk.revision and not self.desk.problem:
                return Response(status_code=204)
            return JSONResponse(views.state(self.desk))

    def episode(self, request: Request) -> Response:
        """Candidates, suspects and the times of the words."""
        with self.desk.lock:
            return JSONResponse(views.episode(self.desk.material))

    def paragraphs(self, request: Request) -> Response:
        """The transcript as the page lays it out, for when a correction changed it."""
        with self.desk.lock:
            return JSONResponse([asdict(found) for found in self.desk.material.paragraphs])

    def preview(self, request: Request) -> Response:
        """Show notes, and the posts for one house."""
        with self.desk.lock:
            self.desk.look()
            return JSONResponse(preview(self.desk, request.query_params.get("house", "")))

    def do(self, body: bytes) -> Response:
        """Carry out a command; answered when it is on disk."""
        command = Command.model_validate_json(body)
        with self.desk.lock:
            outcome = self.desk.do(command)
            value = views.state(self.desk)
        return JSONResponse(value | {"done": outcome.name, "focus": outcome.focus})

    def check(self, body: bytes) -> Response:
        """What the guard says of a draft."""
        draft = _Draft.model_validate_json(body)
        with self.desk.lock:
            verdict = self.desk.decisions.try_text(one_line(draft.text), draft.at, draft.speaker)
            return JSONResponse(views.quote(verdict, self.desk.material))

    def publish(self, body: bytes) -> Response:
        """Start the plan; or, once it was shown, the release."""
        self.publishing.start(_Publish.model_validate_json(body).send)
        return JSONResponse(self.publishing.state())

    def film(self, body: bytes) -> Response:
        asked = _Film.model_validate_json(body)
        if asked.quote is None:
            self.filming.stop()
        else:
            self.filming.start(asked.quote, asked.shape)
        return JSONResponse(self.filming.state())

    def film_file(self, request: Request) -> Response:
        """A file of the audiogram that was made last: to be shown, or with `save` to be kept."""
        path = self.filming.file(request.path_params["name"])
        if path is None or not path.is_file():
            return Response(status_code=404)
        name = path.name if "save" in request.query_params else None
        return FileResponse(path, filename=name)

    def sound(self, request: Request) -> Response:
        path = self.desk.material.sound
        if path is None:
            return Response(status_code=404)
        return FileResponse(path, media_type="audio/mpeg")

    def pcm(self, request: Request) -> Response:
        """A passage as WAV, at the speed that the host listens at."""
        path = self.desk.material.sound
        if path is None:
            return Response(status_code=404)
        speed = _number(request, "speed", "1")
        return Response(passage(path, *_range(request), speed), media_type="audio/wav")

    def outline(self, request: Request) -> Response:
        """Peaks of a stretch: signed bytes, lowest and highest in turn."""
        peaks = self.outlines.of(self.desk.material.sound)
        content = peaks.cut(*_range(request)) if peaks else b""
        return Response(content, media_type="application/octet-stream")


def application(
    desk: Desk, outlines: Outline, publishing: Publishing, token: str, port: int
) -> Starlette:
    pages = Pages(desk, outlines, publishing, token)
    reads = {
        "/": pages.page,
        "/api/state": pages.state,
        "/api/episode": pages.episode,
        "/api/paragraphs": pages.paragraphs,
        "/api/preview": pages.preview,
        "/api/publish": lambda _: JSONResponse(publishing.state()),
        "/api/audiogram": lambda _: JSONResponse(pages.filming.state()),
        "/audiogram/{name}": pages.film_file,
        "/audio": pages.sound,
        "/pcm": pages.pcm,
        "/peaks": pages.outline,
    }
    writes = {
        "/api/do": pages.do,
        "/api/check": pages.check,
        "/api/publish": pages.publish,
        "/api/audiogram": pages.film,
    }
    routes: list[BaseRoute] = [Mount("/static", StaticFiles(directory=_DESK / "static"))]
    routes += [Route(path, _read(handler), methods=["GET"]) for path, handler in reads.items()]
    routes += [Route(path, _write(handler), methods=["POST"]) for path, handler in writes.items()]

    @contextlib.asynccontextmanager
    async def until_stopped(_: Starlette) -> AsyncIterator[None]:
        yield
        pages.filming.stop()

    keeper = Middleware(Gatekeeper, token=token, port=port)
    return Starlette(routes=routes, middleware=[keeper], lifespan=until_stopped)


def _range(request: Request) -> tuple[float, float]:
    return _number(request, "start"), _number(request, "end")


def _number(request: Request, name: str, otherwise: str = "") -> float:
    try:
        found = float(request.query_params.get(name, otherwise))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise PullquoteError("no passage is named", "start, end and speed are numbers")
    return found


def _told(handler: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """Errors for people become answers for the page."""

    @functools.wraps(handler)
    def told(argument: Any) -> Response:
        try:
            return handler(argument)
        except (PullquoteError, OSError) as error:
            # Of a full disk, too, the page says so, and that nothing is saved.
            known = for_people(error)
            if known is None:
                raise
            return JSONResponse({"error": known.message, "hint": known.hint}, 409)
        except ImportError:  # what is imported late does not fit what is loaded
            return JSONResponse({"error": "pullquote was updated meanwhile", "hint": _AGAIN}, 409)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            return JSONResponse({"error": f"{where or 'the request'}: {first['msg']}"}, 400)

    return told


def _read(handler: Callable[[Request], Response]) -> Callable[[Request], Any]:
    told = _told(handler)

    async def read(request: Request) -> Response:
        return await _apart(told, request)

    return read


def _write(handler: Callable[[bytes], Response]) -> Callable[[Request], Any]:
    told = _told(handler)

    async def write(request: Request) -> Response:
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=413)
        return await _apart(told, body)

    return write


async def _apart(call: Callable[[Any], Response], argument: Any) -> Response:
    """Answer in a thread that does not keep the process from ending: all that is written is atomic."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Response] = loop.create_future()

    def tell(settle: Callable[[Any], None], value: Any) -> None:
        if not answer.done():  # the server may have been told to stop
            settle(value)

    def work() -> None:
        outcome: tuple[Callable[[Any], None], Any]
        try:
            outcome = (answer.set_result, call(argument))
        except BaseException as error:
            outcome = (answer.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, *outcome)

    threading.Thread(target=work, daemon=True).start()
    try:
        return await answer
    except asyncio.CancelledError:  # the server stops, and the page sends a decision again
        return Response(status_code=503)
