"""Asks an OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp, or a vendor.

Only https, or a server on this machine, unless the show allows more; no redirect is followed, since it
would carry the key elsewhere. The key comes from the environment and is in no message.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3 import BaseHTTPResponse, exceptions

from pipeline.errors import PullquoteError
from pipeline.settings.production import RerankSettings
from pipeline.web.deadline import Deadline, TooLate, watch_pools
from pipeline.web.headers import secret

LARGEST = 1 << 20  # bytes of an answer
_BLOCK = 1 << 14  # bytes read at once
_TOLD = 160  # letters of what a server says about an error
_TOKENS_A_NUMBER = 8  # with the marks around it, in any model's vocabulary
_HTTP_OK, _HTTP_BAD_REQUEST = 200, 400


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers; `thinking`: the tokens that an answer may have before its numbers."""

    asked: RerankSettings
    thinking: int = 1024

    def ask(self, task: str, passages: str) -> str:
        """The model's answer; PullquoteError when none comes in time, or none that can be read."""
        bare = {
            "model": self.asked.model,
            "messages": [
                {"role": "system", "content": task},
                {"role": "user", "content": passages},
            ],
        }
        longest = self.thinking + _TOKENS_A_NUMBER * passages.count("\n\n")
        status, content = self._post(bare | {"temperature": 0, "seed": 1, "max_tokens": longest})
        if status == _HTTP_BAD_REQUEST:  # some models refuse a temperature or a limit
            status, content = self._post(bare)
        if status != _HTTP_OK:
            raise PullquoteError(f"{self._server} answered {status}{self._told(content)}")
        return _text(content, self._server)

    @property
    def _server(self) -> str:
        return urlsplit(self.asked.base_url).netloc

    def _key(self) -> str:
        return secret(self.asked.key_env) if self.asked.key_env else ""

    def _post(self, body: dict[str, Any]) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        key = self._key()
        if key:
            headers["Authorization"] = f"Bearer {key}"
        try:
            with (
                urllib3.PoolManager(retries=False, timeout=2 * self.asked.timeout) as pool,
                Deadline(self._server, self.asked.timeout),
            ):
                watch_pools(pool)
                response = pool.request(
                    "POST",
                    f"{self.asked.base_url.rstrip('/')}/chat/completions",
                    body=json.dumps(body).encode(),
                    headers=headers,
                    redirect=False,
                    preload_content=False,
                )
                try:
                    return response.status, self._read(response)
                finally:
                    response.close()
        except TooLate:
            raise PullquoteError(self._late) from None
        except exceptions.HTTPError as error:
            raise PullquoteError(self._without_answer(error)) from None

    def _read(self, response: BaseHTTPResponse) -> bytes:
        content = b""
        for block in response.stream(_BLOCK, decode_content=True):
            content += block
            if len(content) > LARGEST:
                raise PullquoteError(f"{self._server} answered with more than a megabyte")
        return content

    @property
    def _late(self) -> str:
        return f"{self._server} did not answer within {self.asked.timeout:g} s"

    def _without_answer(self, error: Exception) -> str:
        refused = isinstance(error, exceptions.NewConnectionError)
        if isinstance(error, exceptions.TimeoutError) and not refused:
            return self._late
        if isinstance(error, exceptions.SSLError):
            return f"{self._server} has no certificate that this machine trusts"
        return f"{self._server} cannot be reached, or broke off"

    def _told(self, content: bytes) -> str:
        """What a server says about an error, in one line, without the key that it may repeat."""
        try:
            error = json.loads(content)["error"]
            text = error["message"] if isinstance(error, dict) else error
        except (ValueError, KeyError, TypeError):
            return ""
        line = "".join(c if c.isprintable() else " " for c in str(text))
        key = self._key()
        line = " ".join((line.replace(key, "…") if key else line).split())
        return f": {line[:_TOLD]}" if line else ""


def _text(content: bytes, server: str) -> str:
    try:
        text = json.loads(content)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        text = None
    if not isinstance(text, str):
        raise PullquoteError(f"{server} answered something that is no chat completion")
    return text
