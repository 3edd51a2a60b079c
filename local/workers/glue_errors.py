"""Errors of Glue's API."""


class GlueError(Exception):
    """An error of Glue's API, by its name there."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
