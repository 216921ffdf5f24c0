"""python-flint, or a plain error that says how to get it."""

try:
    import flint
except ImportError as error:  # pragma: no cover - python-flint is a dependency; this is for broken installations
    raise ImportError(
        "deciding equality needs the package python-flint, which is not installed; run: pip install python-flint"
    ) from error

__all__ = ["flint"]
