"""Uploads stream to the disk of the home, where they are to stay, and not through its memory."""

from __future__ import annotations

import errno
import tempfile
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from fourfits import errors
from fourfits_web.data import places


class IntoHome(TemporaryFileUploadHandler):
    """Writes what arrives to the folder for uploads; what is interrupted leaves nothing."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = _Arriving(
            self.file_name, self.content_type, 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as problem:
            if problem.errno != errno.ENOSPC:
                raise
            raise errors.SpaceError(
                "The disk is full; nothing was stored.", hint="free some space and try again"
            ) from problem


class _Arriving(TemporaryUploadedFile):
    def __init__(self, name: Any, content_type: Any, size: Any, charset: Any, extra: Any) -> None:
        places.uploads().mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(suffix=".part", dir=places.uploads())  # noqa: SIM115
        UploadedFile.__init__(self, file, name, content_type, size, charset, extra)
