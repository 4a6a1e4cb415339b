"""Recognise the character set of a text file, and rewrite other sets as UTF-8 by streaming."""

from __future__ import annotations

import codecs
import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from fourfits import errors

_CHUNK = 1 << 20
_EVIDENCE = 1 << 18
"""Bytes of lines beyond ASCII that are looked at to tell one 8-bit set from another."""

_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "mac_roman": "Mac Roman",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = ("cp1252", "mac_roman")
_OPENING = "‘“„‚"
_MARKS_OF_TEXT = "’”«»‹›–—…•"
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_CONTINUING = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that go on with a character."""
_SIGNS = "£€¥¢§©®™°±½¼¾×¿¡ºª\xa0"


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a first look over all bytes of a text file shows."""

    encoding: str
    n_lines: int
    mixed_ends: bool
    """`True` where lines end in different ways."""
    quotes: bool
    """Whether a quotation mark stands anywhere: a field may then hold delimiters and line ends."""

    @property
    def name(self) -> str:
        """The character set, as people call it."""
        return _NAMES.get(self.encoding, self.encoding)


def survey(path: Path, called: str) -> Survey:
    """The character set, decided over all bytes of the file, and the number of its lines.

    Raises:
        FileError: If the bytes are no text.
    """
    with path.open("rb") as stream:
        first = stream.read(1 << 16)
    marked = next((name for mark, name in _MARKS if first.startswith(mark)), None)
    encoding = marked or _unmarked_wide(first)
    if encoding is None or encoding == "utf-8-sig":
        _refuse_binary(first, called)
    ends = _Ends()
    beyond = bytearray()
    quotes = False
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            ends.add(chunk)
            quotes = quotes or b'"' in chunk
            if len(beyond) < _EVIDENCE and not chunk.isascii():
                beyond += _lines_beyond_ascii(chunk)
    encoding = encoding or (eight_bit(bytes(beyond)) if beyond else "utf-8")
    return Survey(encoding=encoding, n_lines=ends.n_lines, mixed_ends=ends.mixed, quotes=quotes)


class _Ends:
    """Counts line ends."""

    def __init__(self) -> None:
        self.feeds = self.returns = self.pairs = 0
        self.last = b""

    def add(self, chunk: bytes) -> None:
        self.feeds += chunk.count(b"\n")
        if b"\r" in chunk or self.last == b"\r":
            self.returns += chunk.count(b"\r")
            self.pairs += chunk.count(b"\r\n") + (self.last == b"\r" and chunk[:1] == b"\n")
        self.last = chunk[-1:]

    @property
    def n_lines(self) -> int:
        ends = self.feeds + self.returns - self.pairs
        return ends + (self.last not in b"\r\n")

    @property
    def mixed(self) -> bool:
        kinds = (self.pairs, self.feeds - self.pairs, self.returns - self.pairs)
        return sum(kind > 0 for kind in kinds) > 1


def _unmarked_wide(first: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    even, odd = first[0::2], first[1::2]
    if len(odd) < 2:
        return None
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _refuse_binary(first: bytes, called: str) -> None:
    odd = sum(first.count(bytes([code])) for code in range(32) if code not in (9, 10, 11, 12, 13))
    if odd > max(4, 0.02 * len(first)):
        raise errors.FileError(
            f"{called} is a binary file of no known form, not a table.",
            hint="export it as CSV, Excel, JSON or Parquet",
        )


def _lines_beyond_ascii(chunk: bytes) -> bytes:
    """The lines that hold at least one byte beyond ASCII, but a character cut through at an end."""
    if len(chunk) == _CHUNK:
        chunk = chunk.rstrip(_BEYOND_ASCII)
    whole = chunk.lstrip(_CONTINUING)
    return b"\n".join(line for line in whole.split(b"\n") if not line.isascii()) + b"\n"


def eight_bit(lines: bytes) -> str:
    """The character set of lines that hold bytes beyond ASCII.

    Where most of them are valid UTF-8 it is UTF-8, and the others are damaged. Else the two sets
    of the West are compared by whether their letters and quotation marks stand where such
    characters stand; a text mostly beyond ASCII is left to `charset-normalizer`.

    >>> eight_bit("Müller £5".encode("latin-1")), eight_bit("couldn’t".encode("mac_roman"))
    ('cp1252', 'mac_roman')
    """
    valid = [_is_utf8(line) for line in lines.split(b"\n") if not line.isascii()]
    if sum(valid) * 2 >= len(valid):
        return "utf-8"
    scores = {name: _plausibility(lines.decode(name, "replace")) for name in _WESTERN}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0 and not _mostly_foreign(lines):
        return best
    from charset_normalizer import from_bytes

    found = from_bytes(lines).best()
    return best if found is None or found.encoding in ("ascii", "utf_8") else found.encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mostly_foreign(lines: bytes) -> bool:
    """Whether letters beyond ASCII outnumber the others: no Western language."""
    beyond = sum(byte > 127 for byte in lines)
    plain = sum(65 <= byte <= 90 or 97 <= byte <= 122 for byte in lines)
    return beyond > plain


def _plausibility(text: str) -> float:
    """Mean over characters beyond ASCII: 1 where one may stand, negative where none would."""
    points = [
        _fits(before, character, after)
        for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False)
        if character > "\x7f"
    ]
    return sum(points) / max(len(points), 1)


def _fits(before: str, character: str, after: str) -> float:
    if character == "�" or unicodedata.category(character) in ("Cc", "Cn", "Co"):
        return -3.0
    if character in _MARKS_OF_TEXT:
        return 1.0
    if character in _OPENING:
        return -1.0 if before.isalpha() else 1.0
    if character in _SIGNS:
        return 0.7
    if character.isalpha():
        if character.isupper() and (before.islower() or (before.isalpha() and after.islower())):
            return -2.0
        return 1.0 if before.isalpha() or after.isalpha() else -0.5
    return -1.0


def rewrite(path: Path, target: Path, encoding: str) -> None:
    """Write the file anew as UTF-8 with a line feed at the end of each line, chunk by chunk.

    What the character set does not know becomes U+FFFD.
    """
    skip = {"utf-16-le": "utf-16", "utf-16-be": "utf-16"}
    with path.open("rb") as stream:
        mark = stream.read(4)
    named = next((name for bom, name in _MARKS if mark.startswith(bom)), None)
    codec = skip.get(encoding, encoding) if named and encoding.startswith("utf-16") else encoding
    if encoding.startswith("utf-32") and named:
        codec = "utf-32"
    with (
        io.TextIOWrapper(path.open("rb"), codec, "replace", newline=None) as source,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        while chunk := source.read(_CHUNK):
            out.write(chunk)
