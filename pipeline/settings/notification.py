"""`[notify]` of `show.toml`: who is told that the feed has changed. Secrets are named, never written."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from pipeline.settings.fields import Table, Url, is_here, optional


def _secret_url(value: str) -> str:
    if urlsplit(value).scheme != "https" and not is_here(value):
        raise ValueError("must be https: what proves who you are would travel readable for all")
    return value


#: The name of an environment variable that holds a secret.
SecretName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=128)]
SecretUrl = Annotated[Url, AfterValidator(_secret_url)]


class Podping(Table):
    """A podping server: it tells the podcast index and with it many apps, within seconds."""

    url: SecretUrl = Field(description="the server: https://podping.cloud/")
    token_env: SecretName = Field(description="the environment variable with its token")


class Webhook(Table):
    """A server of the host's own, which gets a POST that is signed with the secret."""

    url: SecretUrl = Field(description="where the POST goes")
    secret_env: SecretName = Field(
        description="the environment variable with the secret to sign with"
    )


class NotifySettings(Table):
    """Who is told after a release."""

    websub: list[Url] = Field([], description="WebSub hubs, which the feed names too")
    podping: Podping | None = optional("a podping server")
    webhooks: list[Webhook] = Field([], description="servers of your own")
    timeout: float = Field(10.0, gt=0, le=60, description="seconds for each")
    allow_loopback: bool = Field(
        False,
        description="whether servers on this machine may be told; other private ones never are",
    )
