"""Doors: a blueprint on which no route can be registered without saying who may call it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from contactcenter.foundation.permissions import Right

View = Callable[..., Any]


class Door(Blueprint):
    """A Flask blueprint whose routes carry `allow=`; the application checks it before the view runs."""

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:  # type: ignore[override]  # views return anything
        """Register a view. `allow` is the right that its caller needs."""
        allow = options.pop("allow", None)
        if not isinstance(allow, Right):
            raise TypeError(f"The route {rule} does not say who may call it: give it allow=Right.….")
        options.setdefault("strict_slashes", False)
        register = super().route(rule, **options)

        def marked(view: View) -> View:
            declared = getattr(view, "allow", allow)
            if declared is not allow:
                raise TypeError(f"{view.__name__} is open to {declared} on one route and to {allow} on another.")
            view.allow = allow  # type: ignore[attr-defined]
            return register(view)

        return marked
