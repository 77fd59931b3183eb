"""Whether two articles print one text: found by MinHash (datasketch), decided by reading both.

A wire story is printed by many outlets under other headlines, edited lightly or cut at the end.
What is measured is how much of each text stands word for word in the other one, in runs of five
words or more: an edit costs the words around it, a cut costs the shorter text nothing.

What makes a copy, and why (the figures were read off 4,736 pages of three outlets):

- Most of the shorter text stands in the longer one. Between outlets 0.7 is most: only copying makes
  their texts alike, and of two reports of one event even a short one that is two thirds quotation
  has more words of its own than that. Within one outlet it is 0.75: its reports repeat
  their background, and its daily lists of "five things to know" share up to 0.74 with each other.
- More than half of the longer text is shared, or the shorter text is how the longer one begins.
  Copies are cut at the end; a round-up that holds a story somewhere is no copy of it.
- Within one outlet, what is shared holds half the words of a headline; or the headlines are a third
  alike within five days, and it holds a word of that: an update often has a new lead, and there
  the words of its headline are. Otherwise it is the page around the story: a sign-up text stands
  on every page.
- The figures agree: where both have four or more, half of the fewer ones. Two market reports or two
  weather reports are one form filled in twice, and each of them says something else.
- A text under forty words has too few runs to judge by: only the same words are a copy of it.

Where an outlet is unknown it may be the same one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit
from zlib import crc32

import numpy as np

from index.splitting import is_boilerplate, paragraphs
from index.terms import content_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datasketch import MinHash
    from numpy.typing import NDArray

    from index.dates import PublicationDate
    from index.records import Article

Key = TypeVar("Key")

COPIES_VERSION = "2"
"""Kept in the index: a new version makes `rebuild` look for copies again."""

UPDATED_WITHIN = timedelta(days=5)
"""Between two versions; a weekly series has its headline again after seven."""

_SHARE_BETWEEN_OUTLETS = 0.7
_SHARE_WITHIN_AN_OUTLET = 0.75
_RUN_WORDS = 5  # words; shorter runs are phrases that anybody uses
_SHORT_TEXT_WORDS = 40  # words
_FEW_FIGURES = 4
_ROOT_LETTERS = 5  # letters of a headline's word that must agree: "explosion", "explosions"

# A character of Chinese or Japanese counts as a word: no spaces tell where its words end.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:[.,’'\-][^\W_]+)*")

_PERMUTATIONS, _ROWS = 128, 2
_SHINGLES_AT_ONCE = 4096  # shingles permuted at once: 2 MB
_BAND_SALTS = np.arange(1, _PERMUTATIONS // _ROWS + 1, dtype=np.uint64)
MAX_SKETCHES = 500  # looked at for one article; the likeliest copies have the most bands in common
_MAX_TEXTS = 50  # compared; what has more copies than that is linked to its story many times over
_LIKELY_SHARE = 0.3  # a share of shingles, as estimated; runs that hold 0.7 of the words leave more


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of an article's text to find its copies by.

    Attributes:
        minhash: 128 unsigned integers of 32 bits, little-endian; empty for a text without words.
        shingles: how many different runs of five words the text has.
    """

    minhash: bytes
    shingles: int

    def bands(self) -> list[int]:
        """Signed 64-bit numbers, of which copies very likely have one in common.

        64 bands of two rows each: two texts that share a quarter of their shingles, as a text and
        its lightly edited first half do, meet with a chance of 98 %; two that share a hundredth,
        with one of 0.6 % (Broder, 1997; Leskovec, Rajaraman and Ullman, chapter 3).
        """
        if not self.minhash:
            return []
        rows = np.frombuffer(self.minhash, "<u4").reshape(-1, _ROWS).astype(np.uint64)
        pairs = (rows[:, 0] << np.uint64(32)) | rows[:, 1]
        found: list[int] = _mix(pairs ^ _mix(_BAND_SALTS)).view(np.int64).tolist()
        return found

    def may_hold(self, other: Sketch) -> float:
        """The share of the smaller one's shingles that both have, as estimated; 0 when unlikely."""
        if not (self.minhash and other.minhash):
            return 0.0
        same = np.frombuffer(self.minhash, "<u4") == np.frombuffer(other.minhash, "<u4")
        jaccard = float(same.mean())
        both = jaccard / (1 + jaccard) * (self.shingles + other.shingles)
        share = min(both / min(self.shingles, other.shingles), 1.0)
        return share if share >= _LIKELY_SHARE else 0.0


def likeliest(sketch: Sketch, others: Mapping[Key, Sketch]) -> list[Key]:
    """Those of the others that may be copies and are worth comparing, the likeliest first."""
    shares = {key: share for key, each in others.items() if (share := each.may_hold(sketch))}
    return sorted(shares, key=shares.__getitem__, reverse=True)[:_MAX_TEXTS]


class Wording:
    """The words of a text, ready to be compared with those of another one."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        hashes = {word: crc32(word.encode("utf-8", "surrogatepass")) for word in set(words)}
        numbers = np.fromiter(map(hashes.__getitem__, words), np.uint64, len(words))
        self.shingles = _shingles(numbers)

    @cached_property
    def figures(self) -> set[str]:
        """The words with a digit in them."""
        return {word for word in self.words if any(map(str.isdigit, word))}

    def shared_with(self, other: Wording) -> NDArray[np.bool_]:
        """For each word, whether it stands in a run that the other text has too."""
        begins = np.flatnonzero(np.isin(self.shingles, other.shingles))
        edges = np.zeros(len(self.words) + 1, np.int64)
        edges[begins] += 1
        np.add.at(edges, np.minimum(begins + _RUN_WORDS, len(self.words)), -1)
        return np.cumsum(edges)[:-1] > 0


class StoryText(Wording):
    """The story of an article, without boilerplate."""

    def __init__(self, article: Article) -> None:
        super().__init__(story_words(article.text))
        self.outlet = outlet_of(article.publisher, article.url)
        self.headline = _roots(content_words(article.title)) - _roots([article.publisher or ""])
        self.published = article.published

    def sketch(self) -> Sketch:
        """What is kept to find copies by."""
        shingles = np.unique(self.shingles)
        if not len(shingles):
            return Sketch(b"", 0)
        minhash = _minhash()
        hashes = (shingles >> np.uint64(32)).tolist()
        for start in range(0, len(hashes), _SHINGLES_AT_ONCE):
            minhash.update_batch(hashes[start : start + _SHINGLES_AT_ONCE])
        return Sketch(minhash.hashvalues.astype("<u4").tobytes(), len(shingles))


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of each of two copies stands in the other one, 0 to 1, by words."""

    of_one: float
    of_other: float


def compare(one: StoryText, other: StoryText) -> Shares | None:
    """How much two articles share when they print one text; None when they do not."""
    if len(one.words) > len(other.words):
        turned = compare(other, one)
        return turned and Shares(turned.of_other, turned.of_one)
    if not one.words:
        return None
    of_one, of_other = one.shared_with(other), other.shared_with(one)
    shares = Shares(float(of_one.mean()), float(of_other.mean()))
    within = one.outlet is None or other.outlet is None or one.outlet == other.outlet
    if within and not _is_the_news(of_one, one, other):
        return None
    if len(one.words) < _SHORT_TEXT_WORDS:
        return shares if one.words == other.words else None
    most = _SHARE_WITHIN_AN_OUTLET if within else _SHARE_BETWEEN_OUTLETS
    beginning = float(of_other[: len(one.words)].mean())
    fewer = min(len(one.figures), len(other.figures))
    copies = (
        shares.of_one >= most
        and (shares.of_other > 1 / 2 or beginning >= most)
        and (fewer < _FEW_FIGURES or len(one.figures & other.figures) >= fewer / 2)
    )
    return shares if copies else None


def story_words(text: str) -> list[str]:
    """The words of a text in lower case, without those of boilerplate."""
    found = (text[each.start : each.end] for each in paragraphs(text))
    return [word for each in found if not is_boilerplate(each) for word in words_of(each)]


def words_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.casefold())


def outlet_of(publisher: str | None, url: str | None) -> str | None:
    """By what an outlet is told from others: its name, else its host; None when unknown."""
    if publisher:
        return publisher.casefold()
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _is_the_news(shared: NDArray[np.bool_], one: StoryText, other: StoryText) -> bool:
    """Whether the shared words of `one` are what the headlines speak of, where these tell."""
    if one.headline == other.headline or not (one.headline and other.headline):
        return True
    words = _roots(word for word, is_shared in zip(one.words, shared, strict=True) if is_shared)
    common = one.headline & other.headline
    alike = len(common) >= max(2, min(len(one.headline), len(other.headline)) / 3)
    update = alike and common & words and _may_be_update(one.published, other.published)
    return bool(update) or any(
        len(headline & words) >= len(headline) / 2 for headline in (one.headline, other.headline)
    )


def _may_be_update(one: PublicationDate | None, other: PublicationDate | None) -> bool:
    """Whether one may be an update of the other, as far as their dates are known."""
    if one is None or other is None:
        return True
    return max(one.first, other.first) - min(one.last, other.last) <= UPDATED_WITHIN


def _roots(words: Iterable[str]) -> set[str]:
    parts = (part for word in words for part in _WORD.findall(word.casefold()))
    return {part[:_ROOT_LETTERS] for part in parts}


def _minhash() -> MinHash:
    """Of nothing yet; it takes shingles as the numbers of 32 bits that they are already."""
    from datasketch import MinHash  # late: it loads much of scipy, and only adding needs it

    return MinHash(_PERMUTATIONS, seed=1, hashfunc=int, scheme="affine32")


def _shingles(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The hash of each run of five words; of the whole text where it is shorter."""
    length = min(_RUN_WORDS, len(words))
    count = len(words) - length + 1 if length else 0
    hashes = np.zeros(count, np.uint64)
    for offset in range(length):
        hashes = _mix(hashes * np.uint64(31) + words[offset : offset + count])
    return hashes


def _mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread all bits over all bits: the finalizer of MurmurHash3, a bijection."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(33))
