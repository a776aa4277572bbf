"""The site on this machine, built again whenever a file changes."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click
from mkdocs.livereload import LiveReloadServer

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.installation import HOME
from cpl_registry.edges.publishing import NotPublishable, build

_WATCHED = ("docs", "scripts/cpl_registry", "schema")


def serve(root: Path, on: date, port: int) -> None:
    """Builds into `.cache/cpl/serve/` of the root and serves it until it is interrupted.

    A register with errors is told of on standard error, and the last good site stays.
    """
    folder = root / ".cache" / "cpl" / "serve"

    def rebuild() -> None:
        try:
            build(root, on, folder)
        except NotPublishable:
            click.echo("cpl: the site stays as it was until the errors are mended", err=True)

    rebuild()
    if not folder.exists():
        raise CannotJudge("there is no site to serve: mend the errors above first")
    server = LiveReloadServer(
        builder=rebuild, host="127.0.0.1", port=port, root=str(folder / "site"), mount_path="/"
    )
    for watched in (root / "cpl", *(HOME / name for name in _WATCHED)):
        if watched.exists():
            server.watch(str(watched))
    click.echo(f"serving http://127.0.0.1:{port}/ (stop with Ctrl+C)")
    sys.stdout.flush()
    server.serve()  # type: ignore[no-untyped-call]
