"""Folders that documents are written to."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.config import Settings
from bot.doctor.check import Check


def folders(settings: Settings) -> Iterator[Check]:
    """Those of the settings, where documents are written as files at all."""
    if "files" not in settings.publishers:
        return
    yield _folder("POSTMORTEM_DIR", settings.postmortem_dir)
    if settings.private_postmortem_dir is not None:
        yield _private("PRIVATE_POSTMORTEM_DIR", settings.private_postmortem_dir)


def _private(name: str, path: Path) -> Check:
    """As `_folder`; and strangers on this machine cannot list one that was there before: its files are for
    their owner only, but their names tell titles."""
    check = _folder(name, path)
    if not check.ok or not path.exists() or not path.stat().st_mode & stat.S_IRWXO:
        return check
    mend = f"chmod o= {path}"
    return Check(
        name, False, f"everybody on this machine can list {path}, and names of files tell titles", mend
    )


def _folder(name: str, path: Path) -> Check:
    """Whether files can be made there, or the folder itself where it does not exist yet."""
    place = path.absolute()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return Check(name, True, f"{path} can be written")
    except OSError as error:
        mend = f"Give user {os.geteuid()} the right to write there, or set {name} to another folder."
        return Check(name, False, f"{place}: {error.strerror}", mend)
