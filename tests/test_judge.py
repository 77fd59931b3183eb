"""The judge by rule: what cannot be an answer is not set in bold, or not quoted at all."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from assistant.composing.composition import Material
from assistant.composing.sayings import with_speaker
from assistant.judging.judge import judge, judge_reading
from assistant.reading.agreement import to_reading
from assistant.reading.finding import Finding, Judgement
from assistant.reading.reader import Quote, Reading
from index import Article, Hit, Passage, PublicationDate

if TYPE_CHECKING:
    from collections.abc import Sequence


def finding(
    words: str, sentence: str, *, title: str = "", around: str = "", chance: float = 0.8
) -> Finding:
    """Words found in a sentence of an article, with what else stands in it."""
    text = f"{sentence} {around}".strip()
    article = Article(text=text, title=title)
    hit = Hit(Passage(article.id, 0, len(text), text), article, 0.0)
    return Finding(hit, 0, len(sentence), words, (), chance)


def judged(
    question: str, words: str, sentence: str, *, title: str = "", around: str = ""
) -> Judgement:
    return judge(question, finding(words, sentence, title=title, around=around))


RIGHT, WORDS_FAIL, SENTENCE_FAILS = (True, True), (False, True), (False, False)
FLOOD = "The flood at Aldine took twelve trams on 4 May, and repairs cost 3 million crowns."
OUTAGE = "The outage at Korvan lasted six hours and was not caused by an attack, the firm said."
WORKS = "Bexley has 3,900 workers, Arlen 2,600."
PRICES = "Prices rose 4.4 percent in October, after 4.9 percent in September."
LEADERS = "The Liberals’ leader, Ann Osk, beat the Rural Party’s leader, Tom Pike."
LED = "Rural lost votes, and Norland First, led by Al Quist, lost its seats."

KINDS = [
    # how many: a number of the thing, no sum, date, share or length of time
    ("How many trams did the flood take?", "twelve trams", FLOOD, RIGHT),
    ("How many trams did the flood take?", "3 million crowns", FLOOD, WORDS_FAIL),
    ("How many trams did the flood take?", "4 May", FLOOD, WORDS_FAIL),
    ("How many trams were lost?", "Dozens", "Dozens of trams were lost.", RIGHT),
    ("How many trams were lost?", "Aldine", "Trams were lost at Aldine.", SENTENCE_FAILS),
    ("How many seats did Reform win?", "18 percent", "Reform won 18 percent.", WORDS_FAIL),
    ("How many days did it last?", "six days", "It lasted six days.", RIGHT),
    ("How many people were hurt?", "six days", "For six days people were hurt.", WORDS_FAIL),
    ("How many nurses were hurt?", "forty", "Forty patients left; six nurses were hurt.", RIGHT),
    ("How many nurses were hurt?", "Forty", "Forty patients left, six nurses did not.", WORDS_FAIL),
    # money has a currency
    ("How much did the repairs cost?", "3 million crowns", FLOOD, RIGHT),
    ("How much did it cost?", "a lot", "It cost a lot, they said.", SENTENCE_FAILS),
    ("How much did the bridge cost?", "12 metres", "The bridge of 12 metres cost $5m.", WORDS_FAIL),
    ("How much did the bridge cost?", "2019", "The bridge of 2019 cost $5m.", WORDS_FAIL),
    # when: no length of time, no name
    ("When was the flood at Aldine?", "4 May", FLOOD, RIGHT),
    ("When was the outage?", "six hours", OUTAGE, WORDS_FAIL),
    ("When was the outage?", "six hours", "The outage came six hours after the storm.", RIGHT),
    ("When was the flood?", "Aldine", FLOOD, WORDS_FAIL),
    ("What year was it built?", "Tuesday", "It was built from Tuesday on.", WORDS_FAIL),
    # how long: no date
    ("How long did the outage last?", "six hours", OUTAGE, RIGHT),
    ("How long was the Lena stuck?", "23 March", "The Lena ran aground on 23 March.", WORDS_FAIL),
    ("How long is the border?", "340 kilometres", "The border is 340 kilometres long.", RIGHT),
    ("How long did it last?", "Korvan", "It went out in Korvan.", SENTENCE_FAILS),
    # who: no number, no date, no place
    ("Who found the comet?", "Ada Quill", "Ada Quill found the comet in Velm on Monday.", RIGHT),
    ("Who found the comet?", "Velm", "Ada Quill found the comet in Velm on Monday.", WORDS_FAIL),
    ("Who found the comet?", "Monday", "Ada Quill found the comet on Monday.", WORDS_FAIL),
    ("Who paid?", "3 million crowns", "The town paid 3 million crowns.", WORDS_FAIL),
    # where: no person, no date
    ("Where was it found?", "Velm", "It was found in Velm by Dr Quill on Monday.", RIGHT),
    ("Where was it found?", "Quill", "It was found in Velm by Dr Quill.", WORDS_FAIL),
    ("Where was it found?", "Monday", "It was found in Velm on Monday.", WORDS_FAIL),
    # a figure that is part of a name, an age, or counts what was not asked for
    ("How far away is Messier 87?", "87", "Astronomers looked at Messier 87.", WORDS_FAIL),
    ("How many runners helped Ada Quill?", "34", "Ada Quill, 34, won in Velm.", WORDS_FAIL),
    ("How much damage did it do?", "40", "It hurt 40 and killed six.", WORDS_FAIL),
    ("How much damage did it do?", "$5m", "It did damage of $5m and killed six.", RIGHT),
    # a clause is no thing
    ("What caused it?", "it had no licence", "Police said it had no licence.", WORDS_FAIL),
    ("What did police say?", "it had no licence", "Police said it had no licence.", RIGHT),
    ("How many times did Ada win?", "ninth", "Ada won for the ninth time.", WORDS_FAIL),
    # a name, whole
    ("Which singer performed?", "folk singer", "The folk singer performed.", WORDS_FAIL),
    ("Which singer performed?", "Ada Quill", "The singer Ada Quill performed.", RIGHT),
    ("Which country is it?", "Velm", "VELM Today reported on Velm Today’s site.", WORDS_FAIL),
    ("Which country is it?", "Mayor Ada Quill", "Said Mayor Ada Quill of Velm.", WORDS_FAIL),
    # other figures
    ("What percentage voted?", "71 percent", "Of 900 members 71 percent voted.", RIGHT),
    ("What percentage voted?", "May", "In May 71 percent voted.", WORDS_FAIL),
    ("How old is the mayor?", "$5m", "The mayor, aged 61, owns $5m.", WORDS_FAIL),
    ("How tall is the tower?", "$5m", "The tower of 90 metres cost $5m.", WORDS_FAIL),
    (
        "What is the inflation rate?",
        "May",
        "In May the rate was 3.1 percent.",
        WORDS_FAIL,
    ),
    ("Why was the match stopped?", "1-0", "The match was stopped at 1-0.", WORDS_FAIL),
]
DENIED = [
    ("What caused the outage at Korvan?", "an attack", OUTAGE, WORDS_FAIL),
    ("What was the outage not caused by?", "an attack", OUTAGE, RIGHT),
    ("What caused it?", "a bug", "It was caused by a bug, not by an attack.", RIGHT),
    ("What caused it?", "an attack", "It was caused by a bug, not by an attack.", WORDS_FAIL),
    ("Where did the fire begin?", "the cellar", "Nor did it begin in the cellar.", WORDS_FAIL),
    ("Where was the crash?", "Velm", "The minister did not resign after the crash at Velm.", RIGHT),
    ("When will it open?", "Monday", "It will not open until Monday.", RIGHT),
    # a "not" within a word denies nothing
    (
        "When did the do-not-swim order end?",
        "Monday",
        "The do-not-swim order ended on Monday.",
        RIGHT,
    ),
    # the initials of a long name
    (
        "Who is the director of the Korvan Harbour Office?",
        "Ada Quill",
        "The KHO's director, Ada Quill, spoke for the Korvan Harbour Office.",
        RIGHT,
    ),
    ("How late was the ferry?", "six hours", "The ferry came six hours late.", RIGHT),
    (
        "Who was at fault?",
        "the pilot",
        "They denied that the pilot was at fault.",
        WORDS_FAIL,
    ),
    ("Who is the minister?", "Rolf Ask", "The minister, Rolf Ask, did not resign.", RIGHT),
    ("What brought it?", "wild boar", "Wild boar were unlikely to have brought it.", RIGHT),
    ("What brought it?", "Wild boar", "Wild boar were unlikely to have brought it.", WORDS_FAIL),
    ("How many were killed?", "No one", "No one was killed.", RIGHT),
]
POSSIBLE = [
    ("Where did Osk move to?", "Turin", "Osk has been linked with a move to Turin.", WORDS_FAIL),
    ("Where might Osk move to?", "Turin", "Osk has been linked with a move to Turin.", RIGHT),
    ("When did Norland join?", "in May", "Norland decided to join in May.", WORDS_FAIL),
    ("When did Norland decide to join?", "in May", "Norland decided to join in May.", RIGHT),
    ("When did Norland join?", "in May", "Norland joined in May.", RIGHT),
    ("When will Norland join?", "in May", "Norland is to join in May.", RIGHT),
]
OTHERS = [
    ("How many workers does Arlen have?", "2,600", WORKS, RIGHT),
    ("How many workers does Bexley have?", "3,900", WORKS, RIGHT),
    ("By how much did prices rise in September?", "4.9 percent", PRICES, RIGHT),
    ("How many died in the April attack?", "12", "In May an attack killed 12.", WORDS_FAIL),
    ("Who leads the Rural Party?", "Ann Osk", LEADERS, WORDS_FAIL),
    ("Who leads the Rural Party?", "Tom Pike", LEADERS, RIGHT),
    ("Who is the leader of the Liberals?", "Tom Pike", LEADERS, WORDS_FAIL),
    ("Who coaches Arlen?", "Petra Wenn", "Petra Wenn, the coach of Bexley, met Arlen.", WORDS_FAIL),
    ("Who leads Norland’s Rural Party?", "Al Quist", LED, WORDS_FAIL),
    (
        "Who leads Norland’s Rural Party?",
        "Tom Pike",
        "In Norland Rural’s leader, Tom Pike, lost.",
        RIGHT,
    ),
    # what stands in another clause is the time of something else
    (
        "When did Norland apply?",
        "May 2019",
        "Norland decided to apply because of the war in Ostria in May 2019.",
        WORDS_FAIL,
    ),
    ("When did Norland apply?", "Monday", "Norland applied on Monday, Ask said.", RIGHT),
    (
        "When did Norland join the Pact?",
        "Monday",
        "Norland applied to the Pact on Monday.",
        WORDS_FAIL,
    ),
    ("When did Norland join the Pact?", "Monday", "Norland entered the Pact on Monday.", RIGHT),
    (
        "How many were killed at Velm?",
        "Eleven",
        "Eleven were hurt and none was killed at Velm.",
        WORDS_FAIL,
    ),
    (
        "How many were killed at Velm?",
        "none",
        "Eleven were hurt and none was killed at Velm.",
        RIGHT,
    ),
    # two sides of a sentence, rows of a table, and another object of the verb
    ("Who advised Dale?", "Crale", "Lind advised Harlow, and Crale advised Dale.", RIGHT),
    ("How many seats did Rural win?", "18", "| Reform | 38 |\n| Rural | 18 |", RIGHT),
    ("When did Harlow buy Penn?", "2011", "Harlow bought Penn in 2011.", RIGHT),
    # cut badly
    ("Where did the fire start?", "VELM", "VELM - A fire broke out in a kitchen.", WORDS_FAIL),
    (
        "What caused it?",
        "fog, Ask said. Nor was it ice",
        "It was fog, Ask said. Nor was it ice.",
        WORDS_FAIL,
    ),
    ("Why was it shut?", "VELM - A fire", "VELM - A fire broke out, and it was shut.", RIGHT),
    ("How long was the strike?", "ten years", "It was the first strike in ten years.", WORDS_FAIL),
    # who does the opposite
    ("Which party lost?", "Reform", "Reform, a new party, lost to the Liberals.", RIGHT),
    ("Who bought Penn Tiles?", "Dale", "Harlow will sell Penn Tiles to Dale.", RIGHT),
    # an article that does not know them tells of others
    ("How many died in Chile?", "12", "The quake in Norland killed 12.", SENTENCE_FAILS),
    ("How long is the Velm Canal?", "90 km", "The Korvan Canal is 90 km long.", SENTENCE_FAILS),
    ("What did Joe Osk say?", "yes", "Osk said yes.", RIGHT),
    ("What Did The Mayor Say About Chile?", "yes", "The mayor said yes.", RIGHT),
]
DEAL = "Dray Mills, owned by the Udd family and run by Ana Sorn, sold its boats to Pike Lines."
TALKS = "Pelm joined the talks in March 2019; Orba joined them in June 2020."
PARTS = [
    # another verb's doer, or the one it is done to
    ("Who runs Dray Mills?", "Udd family", DEAL, WORDS_FAIL),
    ("Who operates Dray Mills?", "Ana Sorn", DEAL, RIGHT),
    ("Who owns Dray Mills?", "Ana Sorn", DEAL, WORDS_FAIL),
    ("Who owns Dray Mills?", "Udd family", DEAL, RIGHT),
    ("Who led the inquiry?", "Jon Pell", "Jon Pell heads the inquiry.", RIGHT),
    ("Who coaches Orba?", "Una Roe", "Una Roe, Orba’s coach, was glad.", RIGHT),
    ("Who bought it?", "Penn Tiles", "Dale bought Penn Tiles.", WORDS_FAIL),
    # another one's day or figure
    ("When did Orba join the talks?", "June 2020", TALKS, RIGHT),
    (
        "When did Norland join the talks?",
        "March 2019",
        f"Norland and Pelm look on. {TALKS}",
        WORDS_FAIL,
    ),
    (
        "When did Norland join?",
        "2 May",
        "Norland waits. Orba’s council approved Norland’s entry on 2 May.",
        WORDS_FAIL,
    ),
    # a wish, a rate, what came of it, where they were brought, what is asked about itself
    ("What rise does the union want?", "9 percent", "The union wants 9 percent.", RIGHT),
    ("How many cars can it make a year?", "Four", "Four cars a year can be made.", RIGHT),
    ("What caused the fire?", "a leak", "The fire was caused by a leak.", RIGHT),
    ("Where were they taken?", "Elin clinic", "They were taken to Elin clinic.", RIGHT),
    ("Where did the fire at Elin begin?", "Elin hospital", "Elin hospital burned.", WORDS_FAIL),
    ("How many were hurt?", "31", "It killed nine and hurt 31.", RIGHT),
    # a plan is not how long it took
    ("How long was it closed?", "two weeks", "It will be closed for two weeks.", WORDS_FAIL),
    (
        "How long was it closed?",
        "two weeks",
        "It is expected to stay closed for two weeks.",
        WORDS_FAIL,
    ),
    ("How long was it closed?", "two weeks", "It was closed for two weeks.", RIGHT),
]
NO_EVIDENCE = [
    ("Whose crown was it?", "Ada", "Whose crown was it? a) Ada b) Eve c) Una", SENTENCE_FAILS),
    ("Who stole it?", "Ada", "Did Ada steal it?", SENTENCE_FAILS),
    ("What did Ada ask?", "Who stole it", "“Who stole it?” Ada asked.", RIGHT),
]


@pytest.mark.parametrize(
    ("question", "words", "sentence", "said"),
    KINDS + DENIED + POSSIBLE + OTHERS + PARTS + NO_EVIDENCE,
)
def test_by_rule(question: str, words: str, sentence: str, said: tuple[bool, bool]) -> None:
    made = judged(question, words, sentence)
    assert (made.words_ok, made.sentence_ok) == said, made.reasons
    assert bool(made.reasons) is (said != RIGHT)


def test_the_headline_and_the_rest_of_the_article_may_name_them() -> None:
    question = "How many died in Chile?"
    assert not judged(question, "12", "The quake killed 12.").sentence_ok
    assert judged(question, "12", "The quake killed 12.", title="Quake in Chile").sentence_ok
    assert judged(question, "12", "The quake killed 12.", around="Chile mourns.").sentence_ok


def test_a_verb_told_of_another_object_answers_nothing() -> None:
    told, question = "Harlow bought Penn in 2011.", "When did Harlow buy Dale?"
    assert not judged(question, "2011", told, around="Dale is glad.").words_ok
    assert judged("When did Harlow buy Penn?", "2011", told, around="Dale is glad.").words_ok


def test_a_namesake_of_the_same_sort_is_another() -> None:
    told, question = "The Korvan Canal is 90 km long.", "How long is the Velm Canal?"
    assert not judged(question, "90 km", told, around="The ship is from Velm.").sentence_ok
    assert judged(question, "90 km", told, around="The Velm Canal is longer.").sentence_ok


def test_words_that_stand_twice_fail_only_where_both_do() -> None:
    told = "Six were hurt in Velm; of the workers in Arlen six were hurt."
    assert judged("How many were hurt in Velm?", "ix", told).words_ok


def reading(question: str, findings: Sequence[Finding]) -> Reading:
    hits = [each.hit for each in findings]
    return judge_reading(question, to_reading(question, findings, hits, 0.15), hits)


def test_where_only_the_words_fail_the_sentence_stands_without_bold() -> None:
    question = "What caused the outage at Korvan?"
    found = finding("an attack", OUTAGE)
    assert to_reading(question, [found], [found.hit], 0.15).short == "an attack"
    made = reading(question, [found])
    assert [quote.text for quote in made.quotes] == [OUTAGE]
    assert made.short is None


def test_where_the_sentence_fails_it_is_no_answer_but_may_come_near() -> None:
    made = reading("How many died in Chile?", [finding("12", "The quake in Norland killed 12.")])
    assert made.quotes == ()
    assert [near.text for near in made.nearest] == ["The quake in Norland killed 12."]


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("How long did the strike at Velm port last?", True),
        ("How long did the longest strike at Velm port last?", False),
        ("How long did the strike at Velm port of 1998 last?", False),
    ],
)
def test_a_record_of_another_year_is_of_another_event(question: str, refused: bool) -> None:
    told = "The longest strike at Velm port, in 1998, lasted 41 days."
    found = finding("41 days", told)
    article = replace(found.article, published=PublicationDate("2031-05-06"))
    dated = replace(found, hit=replace(found.hit, article=article))
    assert judge(question, dated).words_ok is not refused


def test_a_time_by_which_something_is_due_is_not_how_long_it_lasted() -> None:
    told = "The agency told Korvan to explain the outage within ten days."
    assert not judged("How long was Korvan without power?", "ten days", told).words_ok
    assert judged("How long does Korvan have to explain it?", "ten days", told).words_ok


def test_another_finding_goes_before_one_whose_words_fail() -> None:
    wrong = finding("Arlen", WORKS, chance=0.8)
    right = replace(wrong, words="2,600", probability=0.7)
    made = reading("How many workers does Arlen have?", [wrong, right])
    assert made.short == "2,600"


def test_a_reader_that_only_quotes_is_taken_at_its_word() -> None:
    article = Article(text="A figure.")
    quoted = Reading((Quote(article, 0, 9, "A figure.", 0.5),), short="figure")
    assert judge_reading("Who?", quoted, ()) == quoted


def test_the_reasons_are_in_the_debug_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "assistant.judging.judge"):
        judged("What caused the outage at Korvan?", "an attack", OUTAGE)
    assert "denied by “not”" in caplog.text


TOLD = "The ferry Lena sank off Velm. It was built in 1971. Its owner is Dale. Nobody was hurt."


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("The ferry Lena sank off Velm.", "The ferry Lena sank off Velm."),
        ("It was built in 1971.", "The ferry Lena sank off Velm. It was built in 1971."),
        (
            "Its owner is Dale.",
            "The ferry Lena sank off Velm. It was built in 1971. Its owner is Dale.",
        ),
        ("Nobody was hurt.", "Nobody was hurt."),
    ],
)
def test_a_quote_that_opens_with_it_carries_the_sentence_that_says_what(
    sentence: str, quoted: str
) -> None:
    article = Article(text=TOLD)
    hit = Hit(Passage(article.id, 0, len(TOLD), TOLD), article, 0.0)
    start = TOLD.index(sentence)
    quote = Quote(article, start, start + len(sentence), sentence, 0.9)
    material = Material("What is it?", date(2024, 5, 1), (hit,), Reading((quote,)))
    carried = with_speaker(material, quote)
    assert carried.text == quoted == TOLD[carried.start : carried.end]
