"""Yes, no or left open: what a sentence says to a question, and what it does not speak of."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.composing.compose import compose
from assistant.composing.composition import Composition, Material
from assistant.judging.polar_question import PolarQuestion
from assistant.judging.stance import read_stance
from assistant.reading.reader import Reading
from index import Article, Hit, Passage, PublicationDate

NAMED = frozenset({"norland", "ostrava", "pelm", "orba"})


@pytest.mark.parametrize(
    ("question", "sentence", "stance"),
    [
        # what is denied is the question's own verb, or it is no "no"
        ("Is Norland in the Pact?", "Norland is a member of the Pact.", "yes"),
        ("Is Norland in the Pact?", "Norland is no longer a member of the Pact.", "no"),
        ("Is Norland in the Pact?", "The Pact would not send ships to Norland.", ""),
        ("Was the lift working?", "The lift had not worked for a year.", "no"),
        ("Did the tram run on Sunday?", "The tram ran on Sunday and did not stop at Orba.", "yes"),
        ("Did Pelm resign?", "Pelm, who never lost a vote, resigned without a word.", "yes"),
        ("Did Pelm resign?", "Pelm resigned after the council failed to agree.", "yes"),
        ("Did Pelm resign?", "Pelm left the hall without resigning.", "no"),
        ("Did Norland join the Pact?", "Norland joined the Pact, which had failed twice.", "yes"),
        ("Did Pelm refuse to sign the deal?", "Pelm refused to sign the deal.", "yes"),
        # who does it is the one asked about
        ("Did Norland sign the Pact?", "Norland signed the Pact.", "yes"),
        ("Did Norland sign the Pact?", "Pelm and Orba signed the Pact.", ""),
        ("Did Norland sign the Pact?", "Pelm has still not signed the Pact.", ""),
        ("Did Pelm buy Tarn Foods?", "The Udd family founded it and had bought Tarn Foods.", ""),
        ("Is Norland in the Pact?", "The last to join was Pelm, the 30th member.", ""),
        ("Is Ada Roe the coach of Pelm?", "Ostrava’s coach, Ada Roe, was glad.", ""),
        ("Is Ada Roe the coach of Pelm?", "Pelm, coached by Ada Roe, won.", "yes"),
        ("Is Norland in the Pact?", "Norland and Orba signed the Pact.", ""),
        ("Is Norland in the Pact?", "Norland and Orba joined the Pact.", "yes"),
        ("Did Orba pledge 25 million crowns?", "Orba pledged 25 million.", "yes"),
        ("Did Orba pledge 25 million crowns?", "Orba pledged 30 million.", "no"),
        ("Did Pelm resign?", "The council demanded that Pelm resign.", "open"),
        (
            "Were the pumps at Pelm switched off?",
            "Ada Roe said the pumps were switched off.",
            "yes",
        ),
        # who wins, and against whom
        ("Did Orba win the final?", "Pelm beat Orba 3-1 in the final.", "no"),
        ("Did Pelm win the final?", "Pelm beat Orba 3-1 in the final.", "yes"),
        ("Did Orba lose the final?", "Pelm beat Orba 3-1 in the final.", "yes"),
        ("Did Orba win the final?", "Pelm lost 3-1 to Orba in the final.", "yes"),
        ("Did Orba win the final?", "The final ended with a 3-1 win for Orba.", "open"),
        ("Did Orba win the final?", "A late goal won the final for Orba.", "open"),
        # what is stopped, rumoured, called off or only near has not been done
        ("Did Pelm buy Tarn Foods?", "A court stopped Pelm from buying Tarn Foods.", "open"),
        ("Did Pelm buy Tarn Foods?", "Reports that Pelm bought Tarn Foods were wrong.", "open"),
        ("Did Pelm buy Tarn Foods?", "The purchase of Tarn Foods by Pelm was called off.", "open"),
        ("Did Pelm buy Tarn Foods?", "Pelm nearly bought Tarn Foods.", "open"),
        ("Did Pelm buy Tarn Foods?", "Pelm is in talks to buy Tarn Foods.", "open"),
        ("Did Pelm buy Tarn Foods?", "Pelm managed to buy Tarn Foods.", "yes"),
        ("Did Pelm buy Tarn Foods?", "Pelm ruled out buying Tarn Foods.", "no"),
        # a plan is a plan, in a headline too; May is a month
        ("Did Pelm buy Tarn Foods?", "Pelm to buy Tarn Foods", "open"),
        ("Did Norland join the Pact?", "Norland applied to join the Pact.", "open"),
        ("Did Norland join the Pact?", "Norland joined the Pact in May.", "yes"),
        # who tries has not done it, unless it is asked who tried
        ("Did Pelm buy Tarn Foods?", "Pelm tried first to buy Tarn Foods in 2019.", "open"),
        ("Did Pelm buy Tarn Foods?", "Pelm had offered to buy Tarn Foods.", "open"),
        ("Did Pelm try to buy Tarn Foods?", "Pelm tried to buy Tarn Foods in 2019.", "yes"),
        # what one says that they will do, where it is asked whether they do
        ("Is Ada Roe staying at Pelm?", "Ada Roe said that she would stay at Pelm.", "yes"),
        ("Is Ada Roe going to appeal?", "Ada Roe said that she would appeal.", "yes"),
        ("Did Ada Roe appeal?", "Ada Roe said that she would appeal.", "open"),
        ("Is Pelm keeping its ban?", "Pelm said the ban would not be lifted.", "yes"),
        ("Will the search at Pelm go on?", "The search at Pelm would not be called off.", "yes"),
        # what was before has ended
        ("Is the Dorn canal still blocked?", "Tugs freed it, a day after it ran aground.", "no"),
    ],
)
def test_what_a_sentence_says(question: str, sentence: str, stance: str) -> None:
    said = read_stance(PolarQuestion(question), sentence, "Dorn canal. Pact", named=NAMED)
    assert (said.stance if said.strength else "") == stance


def test_what_one_says_is_no_answer_to_what_another_says() -> None:
    asked, told = PolarQuestion("Did Pelm confirm the toll?"), "The brigade confirmed the toll."
    assert read_stance(asked, told, "Pelm", speaker="Pelm").strength
    assert not read_stance(asked, told, "Pelm", speaker="The brigade").strength


def asked(question: str, *texts: str) -> Composition:
    articles = [
        Article(text=text, title="Pact", publisher="Rook", published=PublicationDate("2031-05-06"))
        for text in texts
    ]
    hits = tuple(
        Hit(Passage(each.id, 0, len(each.text), each.text), each, score=1.0) for each in articles
    )
    return compose(Material(question, date(2031, 6, 1), hits, Reading()))


def test_the_one_asked_about_stands_near_the_sentence() -> None:
    far = "Tarn joined the Pact. A long day it was. The sea was calm. The council met. Orba waits."
    assert not asked("Is Orba in the Pact?", far).quotes
    assert asked("Is Tarn in the Pact?", far).lead == "Yes."


def test_still_is_answered_by_what_says_that_it_ended() -> None:
    text = (
        "The canal at Dorn was freed on Sunday. Lorn Vale said that each day on which the canal "
        "at Dorn was blocked cost 3 million."
    )
    made = asked("Is the canal at Dorn still blocked?", text)
    assert made.verdict is not None
    assert made.verdict.answer == "no"


def ask(question: str, *texts: str) -> Composition:
    """What comes of a question over copies of one story."""
    hits = tuple(
        Hit(Passage(a.id, 0, len(a.text), a.text), a, 1.0, story="one")
        for a in (
            Article(text=text, title="Orba", publisher=f"P{n}") for n, text in enumerate(texts)
        )
    )
    return compose(Material(question, date(2024, 5, 6), hits, Reading()))


@pytest.mark.parametrize(("whom", "yes"), [("horses", True), ("sheep", False)])
def test_whom_no_article_speaks_of_gets_no_yes(whom: str, yes: bool) -> None:
    told = ask(
        f"Is the Tolvane vaccine approved for {whom}?",
        "The Tolvane vaccine was approved on Monday. It is for horses.",
    )
    assert bool(told.verdict and told.verdict.answer == "yes") == yes


def test_a_sentence_that_two_outlets_print_is_cited_once() -> None:
    text = "The Orba bridge was closed on Monday. Ada Roe said the rain had not stopped."
    told = ask("Was the Orba bridge closed?", text, text + " More rain is expected.")
    assert [each.text for each in told.quotes].count("The Orba bridge was closed on Monday.") == 1
    said = ask("What did Ada Roe say?", text, text + " More rain is expected.")
    assert len(said.quotes) == 1
