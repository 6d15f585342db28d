"""What the service says."""


def answer(path: str, commit: str, draining: bool) -> tuple[int, str]:
    """The status and the text for a path: `/` says the commit, `/healthz` whether it may get requests."""
    if path == "/":
        return 200, f"codebase-name from {commit}\n"
    if path == "/healthz":
        return (503, "draining\n") if draining else (200, "ok\n")
    return 404, "not found\n"
