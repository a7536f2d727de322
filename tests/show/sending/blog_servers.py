"""Debian's WordPress and Ghost from npm, on a database of their own, for as long as tests run."""

import contextlib
import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.ports import answers, free_port

HERE = Path(__file__).resolve().parent
WORDPRESS = Path("/usr/share/wordpress")
GHOST = HERE / ".ghost/package"  # `.ci/run all` puts it there
NODE = HERE / ".ghost/node_modules/.bin/node"  # Ghost 6 wants 22
DATABASE = ("mariadbd", "mariadb", "mariadb-install-db")
_QUIET = subprocess.DEVNULL
_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_ENVIRONMENT_TYPE', 'local');  // application passwords without https
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


@contextlib.contextmanager
def wordpress(folder: Path, database: Path) -> Iterator[Mapping[str, str]]:
    """Its address and an application password, as the environment names them."""
    _sql(database, "create database wordpress")
    site = shutil.copytree(WORDPRESS, folder / "site", symlinks=False)
    (site / "wp-config.php").write_text(_CONFIG.format(socket=database))
    address = f"127.0.0.1:{free_port()}"
    install = ["php", str(HERE / "install.php"), str(site), address]
    done = subprocess.run(install, capture_output=True, text=True, check=True)
    with _process(["php", "-S", address], site, address):
        yield {
            "WORDPRESS_URL": f"http://{address}",
            "WORDPRESS_USER": "ada",
            "WORDPRESS_APP_PASSWORD": done.stdout,
        }


@contextlib.contextmanager
def ghost(folder: Path, database: Path) -> Iterator[Mapping[str, str]]:
    """Its address and the key of an integration, as the environment names them."""
    _sql(database, "create database ghost character set utf8mb4")
    shutil.copytree(GHOST / "content", folder / "content", symlinks=True)
    address = f"127.0.0.1:{free_port()}"
    url = f"http://{address}"
    settings = {
        "url": url,
        "server__port": address.rpartition(":")[2],
        "database__client": "mysql",
        "database__connection__socketPath": str(database),
        "database__connection__user": "root",
        "database__connection__password": "",
        "database__connection__database": "ghost",
        "paths__contentPath": str(folder / "content"),
        "privacy__useUpdateCheck": "false",
        "NODE_ENV": "production",
    }
    with _process([str(NODE), "index.js"], GHOST, address, settings):
        yield {"GHOST_URL": url, "GHOST_ADMIN_KEY": _key(f"{url}/ghost/api/admin/")}


@contextlib.contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """A database; gives its socket."""
    common = ["--no-defaults", f"--datadir={folder / 'database'}", "--user=root"]
    options = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    made = ["mariadb-install-db", *common, *options]
    subprocess.run(made, check=True, stdout=_QUIET, stderr=_QUIET)
    there = folder / "mysqld.sock"
    command = ["mariadbd", *common, f"--socket={there}", "--skip-networking"]
    with subprocess.Popen(command, stdout=_QUIET, stderr=_QUIET) as server:
        try:
            _wait(lambda: _sql(there, "select 1"))
            yield there
        finally:
            server.kill()


def _key(api: str) -> str:
    """Make Ghost's owner, and an integration with its key."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def send(path: str, value: Any) -> Any:
        headers = {"Content-Type": "application/json", "Origin": api.partition("/ghost/")[0]}
        body = json.dumps(value).encode()
        with browser.open(urllib.request.Request(api + path, body, headers)) as answer:
            text = answer.read()
        return json.loads(text) if text.startswith(b"{") else None

    owner = {"email": "ada@example.org", "password": "a-long-pass-word-1"}
    named = {**owner, "name": "Ada", "blogTitle": "A site"}
    _wait(lambda: send("authentication/setup/", {"setup": [named]}))
    send("session/", {"username": owner["email"], "password": owner["password"]})
    made = send("integrations/?include=api_keys", {"integrations": [{"name": "pullquote"}]})
    keys = made["integrations"][0]["api_keys"]
    return next(str(each["secret"]) for each in keys if each["type"] == "admin")


def _sql(there: Path, line: str) -> None:
    command = ["mariadb", "--no-defaults", f"--socket={there}", "-uroot", "-e", line]
    subprocess.run(command, check=True, stdout=_QUIET, stderr=_QUIET)


@contextlib.contextmanager
def _process(
    command: list[str], folder: Path, address: str, settings: Mapping[str, str] | None = None
) -> Iterator[None]:
    environment = {**os.environ, **(settings or {})}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=_QUIET, stderr=_QUIET
    ) as server:
        try:
            while not answers(int(address.rpartition(":")[2])):
                assert server.poll() is None, "it did not start"
                time.sleep(0.1)
            yield
        finally:
            server.kill()


def _wait(attempt: Callable[[], object]) -> None:
    """Try until it works; a test that waits for ever is ended by its time limit."""
    while True:
        try:
            attempt()
            return
        except (OSError, subprocess.CalledProcessError):
            time.sleep(0.1)
