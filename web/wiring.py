"""The App of this process, put together once by whoever starts the pages."""

from __future__ import annotations

from pipeline.app import App

_apps: list[App] = []
_here: list[bool] = []


def use(app: App, *, versions: bool) -> None:
    """Serve with ``app`` from now on; ``versions``: make new versions in this process."""
    _apps[:], _here[:] = [app], [versions]


def app() -> App:
    """The App that the pages are served with."""
    return _apps[0]


def versions_here() -> bool:
    """Whether a decision's version is made at once here, where no worker waits for it."""
    return _here[0]


def numbers_are_keyed_twice() -> bool:
    """Whether the policy ever asks for a second person's file number."""
    return bool(_apps) and app().policy.double_entry != "never"
