"""Which user a private server runs as: root hands over to another, and lets it reach the programs it needs."""

import os
import pwd
import shutil
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from contactcenter.foundation.children import Account, CannotStart

_NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "pkgconfig", "__pycache__")


def account_for(directory: Path) -> Account | None:
    """None: stay who we are. As root: the owner of the existing data, else nobody."""
    if os.geteuid() != 0:
        if directory.exists() and directory.stat().st_uid != os.geteuid():
            raise CannotStart(f"{directory} belongs to another user, from an earlier start. Start as root, or set VAR.")
        return None
    if directory.exists() and (owner := directory.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def own_directory(directory: Path, account: Account | None) -> None:
    """Make a directory that only this account can enter."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account and directory.stat().st_uid != account.uid:
        os.chown(directory, account.uid, account.gid)


def may_enter(path: Path, account: Account | None) -> bool:
    """Whether the account can walk from the root to this path, by the permission bits of every directory on the way."""
    return account is None or all(_passes(step, account) for step in (path, *path.parents) if step.is_dir())


def path_from_inside(directory: Path, account: Account | None) -> str:
    """How a process that was started *in* this directory names it.

    Root's projects often lie where no other user can walk; the working directory is entered before the change of user,
    and Linux lets the process name it without walking there.
    """
    walkable = may_enter(directory.resolve(), account) or sys.platform != "linux"
    return str(directory.resolve()) if walkable else "/proc/self/cwd"


def within_reach(base: Path, parts: Iterable[str], account: Account | None, spare: Path) -> Path:
    """`base` where the account can use its `parts` in place, else `spare` with copies of them."""
    wanted = [base / part for part in parts]
    if all(may_enter(part, account) and _readable(part, account) for part in wanted):
        return base
    for part in wanted:
        goal = spare / part.relative_to(base)
        goal.parent.mkdir(parents=True, exist_ok=True)
        if part.is_dir():
            shutil.copytree(part, goal, symlinks=True, ignore=_NOT_NEEDED)
        else:
            shutil.copy2(part, goal)
    _open_to_readers(spare)
    return spare


def _readable(part: Path, account: Account | None) -> bool:
    """Wheels are unpacked with one mask, so one file speaks for its tree; a file is judged by its own bits."""
    return account is None or bool(part.stat().st_mode & stat.S_IROTH) or part.stat().st_uid == account.uid


def _passes(step: Path, account: Account) -> bool:
    seen = step.stat()
    if seen.st_uid == account.uid:
        return bool(seen.st_mode & stat.S_IXUSR)
    if seen.st_gid == account.gid:
        return bool(seen.st_mode & stat.S_IXGRP)
    return bool(seen.st_mode & stat.S_IXOTH)


def _open_to_readers(tree: Path) -> None:
    """Readable to all and written by root alone, whatever mask the copy was made with."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
