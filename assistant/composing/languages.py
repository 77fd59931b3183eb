"""Questions in another language than English: what can be done without a chat model."""

from __future__ import annotations

import re

from assistant.composing.composition import Composition, Material
from assistant.reading.reader import Quote

_WORDS = {
    "English": frozenset(
        (
            "about and any are at by did do does for from has have how in is it many much of on "
            "that the there to was were what when where which who why with"
        ).split()
    ),
    "French": frozenset(
        (
            "au aux avec ce cette combien comment dans des du elle est il la le les ont où pour "
            "pourquoi quand que quel quelle quelles quels qui quoi sont sur une à été"
        ).split()
    ),
    "German": frozenset(
        (
            "auf das dem den der die ein eine für haben hat im ist mit sind und viele von wann "
            "warum was welche welcher wer wie wieviele wo wurde wurden"
        ).split()
    ),
    "Spanish": frozenset(
        (
            "al con cuál cuándo cuántas cuántos cómo del dónde el en es fue fueron ha han hay las "
            "los para por quién quiénes qué una"
        ).split()
    ),
    "Italian": frozenset(
        (
            "al che chi come con della di dove gli ha hanno il lo nel per perché quale quando "
            "quante quanti sono stati stato una è"
        ).split()
    ),
    "Portuguese": frozenset(
        (
            "as com como da do em foi foram há na no o onde os para por qual quando quantas "
            "quantos "
            "que quem uma é"
        ).split()
    ),
    "Dutch": frozenset(
        (
            "een hebben heeft het hoe hoeveel is met op van voor waar waarom wanneer wat welke "
            "werd "
            "werden wie zijn"
        ).split()
    ),
    "Turkish": frozenset(
        ("bir bu hangi ile için kaç kim mi mı nasıl ne neden nerede oldu ve zaman").split()
    ),
    "Polish": frozenset(
        ("było co czy dla dlaczego gdzie ile jak jest kiedy kto która który na są w z").split()
    ),
}
"""Each language's commonest words."""

_WORD = re.compile(r"[^\W\d_]+")
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
_MOST_PASSAGES = 3
ENGLISH_ONLY = (
    "Without a chat model I read questions in English only. These passages match the words:"
)


def language_of(question: str) -> str:
    """The language of a question by its commonest words; "English" where nothing tells."""
    if len(_OTHER_SCRIPT.findall(question)) > len(question) / 4:
        return "another"
    words = [word.casefold() for word in _WORD.findall(question)]
    counts = {name: sum(word in common for word in words) for name, common in _WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    return (
        best
        if counts[best] > counts["English"] + (counts["English"] > 0) and counts[best] > 1
        else "English"
    )


def in_another_language(material: Material) -> Composition | None:
    """The passages that match, said to be no answer; None for English, and for a chat model."""
    if material.reading.quotes and not material.reading.findings:
        return None  # a reader of the user's own, which may know the language
    if material.written or language_of(material.question) == "English":
        return None
    nearest = tuple(
        Quote(hit.article, hit.passage.start, hit.passage.end, hit.passage.text, hit.score)
        for hit in material.hits[:_MOST_PASSAGES]
    )
    return Composition(nearest=nearest, reason=ENGLISH_ONLY)
