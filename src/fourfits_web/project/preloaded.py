"""The server's first process: it loads the workspace once, those that answer are forked from it."""

import multiprocessing

from granian.cli import entrypoint

if __name__ == "__main__":
    if multiprocessing.get_start_method() == "fork":  # else each loads it for itself
        import fourfits_web.project.wsgi  # noqa: F401
    entrypoint()  # type: ignore[no-untyped-call]
