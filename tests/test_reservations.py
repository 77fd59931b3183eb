"""What looks like a yes or a no and is none: another one, another time, number, post or part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from assistant.composing.compose import compose
from assistant.composing.composition import Material
from assistant.composing.yes_or_no import is_unanimous
from assistant.judging.polar_question import PolarQuestion, same_figures
from assistant.reading.reader import Entailment, Reading
from index import Article, Hit, Passage, PublicationDate

if TYPE_CHECKING:
    from collections.abc import Sequence


def material(question: str, *texts: str) -> Material:
    articles = [
        Article(text=text, title="Report", published=PublicationDate("2031-05-06"))
        for text in texts
    ]
    hits = tuple(
        Hit(Passage(each.id, 0, len(each.text), each.text), each, 1.0, story=str(number))
        for number, each in enumerate(articles)
    )
    return Material(question, date(2031, 6, 1), hits, Reading())


def verdict(question: str, text: str) -> str:
    told = compose(material(question, text)).verdict
    return told.answer if told else ""


MAYOR = "Is Runa Balk the mayor of Olst?"
BANK = "Is Mira Doon the first woman to lead the Kessel bank?"
FLOOD = "The flood at Harn killed 31 people, the governor said."
SIGNED = "Did all seven countries sign the treaty?"


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        # another of the same kind
        ("Did Lund Steel close its mill?", "Lund Paper closed its mill. Lund Steel lent it.", ""),
        ("Was the Marlow raised?", "The Heron, which sank as the Marlow did, was raised.", ""),
        ("Did Edo Lenn apologise?", "Edo Lenn's lawyer apologised for the delay.", ""),
        ("Did Ines Mool train in Norvik?", "Ines Mool trained in Sorn for Norvik.", ""),
        ("Did Brandel move to Tolme?", "Brandel moved from Tolme to Ansel.", ""),
        ("Is the Ansel primary school closed?", "The Ansel secondary school is closed.", ""),
        # a comparison that no sentence makes
        ("Is the Ansel bridge dearer than the Holm bridge?", "The Ansel bridge is dear.", ""),
        ("Is the water above what Norland allows?", "The water in Norland is allowed above.", ""),
        # what may be done is allowed
        ("Can farms in Orla sell the milk?", "Farms in Orla may sell the milk.", "yes"),
        # posts
        (MAYOR, "Runa Balk, the mayor of Olst, opened the bath.", "yes"),
        (MAYOR, "The mayor of Olst, Runa Balk, opened the bath.", "yes"),
        (MAYOR, "Runa Balk, the deputy mayor of Olst, opened the bath.", ""),
        (MAYOR, "Runa Balk, a candidate for mayor of Olst, opened the bath.", ""),
        (MAYOR, "Runa Balk was mayor of Olst in 2027.", ""),
        (MAYOR, "The mayor of Olst, Tor Emsen, thanked Runa Balk.", ""),
        ("Is Lotte Varn the head of Brandel?", "Lotte Varn is head of sales at Brandel.", ""),
        ("Was Runa Balk mayor of Olst?", "Runa Balk, a former mayor of Olst, spoke.", "yes"),
        # all, any, only, first, most
        (SIGNED, "All seven countries signed the treaty.", "yes"),
        (SIGNED, "Most of the seven countries signed the treaty.", ""),
        ("Were the pilots killed?", "One of the two pilots was killed.", ""),
        ("Did anyone die in the crash?", "The driver survived the crash.", ""),
        ("Did anyone die in the crash?", "Nobody died in the crash.", "no"),
        ("Was anyone hurt in the crash?", "No one was seriously hurt in the crash.", ""),
        (BANK, "Mira Doon is the first woman to lead the Kessel bank.", "yes"),
        (BANK, "Mira Doon is the second woman to lead the Kessel bank.", ""),
        ("Is Harn the largest town?", "Harn is the largest town after Olst.", ""),
        ("Is Harn the largest town?", "Harn is one of the largest towns.", ""),
        ("Has Olst ever had a tram?", "Olst does not have a tram.", ""),
        # figures and times
        ("Did 31 people die in the Harn flood?", FLOOD, "yes"),
        ("Did 40 people die in the Harn flood?", FLOOD, "no"),
        ("Did 31 people die in the Harn flood?", "The Harn flood killed a man of 31.", ""),
        ("Were 12 people hurt in the blast?", "The blast killed 12 people and hurt 27.", ""),
        ("Did Pelm fall to 3 percent?", "Pelm fell by 3 percent to 2.1 percent.", "no"),
        ("Did the museum open in 2029?", "The museum opened in 2027.", ""),
        ("Did the council meet on Tuesday?", "The council met on Monday.", ""),
        # who did it to whom
        ("Did Orrin buy Velda?", "Orrin was bought by Velda.", ""),
        ("Was Velda bought by Orrin?", "Velda bought the Orrin.", ""),
        ("Did the army lose?", "Pelm's 2-1 victory over the army came late.", ""),
        ("Did the police attack the crowd?", "The crowd attacked the police.", ""),
        # denied twice, and what is not told as so
        ("Was anyone hurt in the fire?", "It is not true that nobody was hurt in the fire.", ""),
        ("Was the bridge not closed?", "The bridge was closed.", ""),
        ("Will the council approve the bath?", "The council may not approve the bath.", ""),
        ("Did Sorland invade Norvik?", "In the film, Sorland invades Norvik.", ""),
        ("Did Velda close the mill?", "Velda sold the mill instead of closing the mill.", ""),
        ("Are the drivers still on strike?", "The drivers ended the strike.", "no"),
        ("Did the council approve the bath?", "The council rejected the bath.", "no"),
        ("Did Orba defeat Pelm?", "Orba defeated Pelm.", "yes"),
    ],
)
def test_what_is_said(question: str, text: str, said: str) -> None:
    assert verdict(question, text).replace("open", "") == said


@pytest.mark.parametrize(
    ("asked", "told", "same"),
    [
        ("more than 30 people died", "31 people died", True),
        ("more than 30 people died", "29 people died", False),
        ("at least 30 people died", "30 people died", True),
        ("fewer than 30 people died", "31 people died", False),
        ("40 people died", "at least 31 people died", None),
    ],
)
def test_figures_are_compared(asked: str, told: str, same: bool | None) -> None:
    assert same_figures(PolarQuestion(f"Is it so that {asked}?"), told) is same


class Doubting:
    """Confirms what does not hold a word."""

    def __init__(self, word: str) -> None:
        self.word = word

    def judge(self, question: str, texts: Sequence[str]) -> list[Entailment]:
        return [Entailment(float(self.word not in each), 0, 0) for each in texts]


def test_a_later_article_that_says_otherwise_and_is_not_confirmed_leaves_no_verdict() -> None:
    asked = "Is the harbour of Holm open?"
    old, new = (
        "The harbour of Holm is closed.",
        "The harbour of Holm is open to ships of all sizes.",
    )

    class Doubts:
        def judge(self, question: str, texts: Sequence[str]) -> list[Entailment]:
            return [Entailment(0.0, 1.0 if text.endswith(old) else 0.0, 0.0) for text in texts]

    given = replace(material(asked, old, new), entails=Doubts())
    assert compose(given).verdict  # of one day
    first, second = given.hits
    later = replace(second.article, published=PublicationDate("2031-05-20"))
    given = replace(given, hits=(first, replace(second, article=later)))
    assert compose(given).verdict is None


def test_one_sentence_that_is_not_confirmed_is_enough_against_their_agreeing() -> None:
    told = material(
        "Was the Holt dam safe?",
        "The Holt dam was safe, its owners said.",
        "The Holt dam was safe, inspectors found.",
    )
    assert is_unanimous(told)
    assert is_unanimous(replace(told, entails=Doubting("fire")))
    assert not is_unanimous(replace(told, entails=Doubting("inspectors")))
