"""`doctor`: what is wrong with the show, this machine and the store, and what mends it."""

import sys

import click

from pipeline.commands.app import App, command, emit_json, say
from pipeline.errors import ConfigError
from pipeline.show.examining import Subject, examine_all
from pipeline.storage.probing.probes import Finding
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.policy import CORS, public_policy, publisher_policy

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@command("doctor")
@click.option(
    "--fix", is_flag=True, help="Write the bucket's CORS, public-read policy and website if needed."
)
@click.option(
    "--policy",
    is_flag=True,
    help="Print the least that bucket and credentials must allow; no more.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(app: App, fix: bool, policy: bool, as_json: bool) -> None:
    """Examine the show, this machine and the store; exit 1 when something must be mended.

    The store is probed with objects of our own, which are removed.
    """
    if policy:
        store = ObjectStore(app.show.store)
        emit_json(
            {"bucket": public_policy(store), "credentials": publisher_policy(store), "cors": [CORS]}
        )
        return
    try:
        subject = Subject(app.workspace, app.show)
    except ConfigError as error:
        findings = [Finding("show", "fail", error.message, error.hint)]
    else:
        findings = list(examine_all(subject, fix=fix))
    failed = sum(finding.verdict == "fail" for finding in findings)
    if as_json:
        emit_json({"ok": failed == 0, "findings": findings})
    else:
        for finding in findings:
            say(f"{_MARKS[finding.verdict]}  {finding.name}: {finding.message}")
            if finding.hint:
                say(f"        {finding.hint}")
    if failed:
        sys.exit(1)
