"""Questions made from sentences: fluent or none, and only those that their sentence answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.answer import Answer, Citation
from assistant.composing.question_making import Made, make
from assistant.composing.suggesting import choose
from index import Article

if TYPE_CHECKING:
    from assistant import Assistant

AROUND = (
    " It was in Velm, said Ada Quill. People in Finland and Brannoch know the Kremlin and Turkey."
)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Finland decided to join because of the invasion.",
            "Why did Finland decide to join?",
        ),
        (
            "Turkey wants the missiles because it lacks others.",
            "Why does Turkey want the missiles?",
        ),
        (
            "The organisers chose Velm because of its flat course.",
            "Why did the organisers choose Velm?",
        ),
        (
            "Finland's parliament approved the treaty on 27 March and left.",
            "When did Finland's parliament approve the treaty?",
        ),
        (
            "Ada Quill was chosen to lead Brannoch in July 2020.",
            "When was Ada Quill chosen to lead Brannoch?",
        ),
        (
            "Ada Quill, the mayor of the town, said Turkey would lose the work.",
            "What did Ada Quill say about Turkey?",
        ),
        (
            "On Monday Ada Quill warned that Turkey would leave.",
            "What did Ada Quill warn about Turkey?",
        ),
        ("Finland has promised to supply the doses.", "What did Finland promise to do?"),
        ("Finland ordered 64 jets from Turkey.", "How many jets did Finland order?"),
        (
            "More than 500 old oaks were felled in Finland, officials said.",
            "How many old oaks were felled in Finland?",
        ),
        ("Ada Quill founded the Kremlin Review.", "Who founded the Kremlin Review?"),
    ],
)
def test_a_plain_sentence_becomes_a_fluent_question(sentence: str, question: str) -> None:
    article = Article(text=sentence + AROUND)
    made, *_ = [each for each in make(article) if each.start == 0]
    assert made.question == question
    assert article.text[made.start : made.end] == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "She decided to leave Finland because of the rain.",  # who?
        "Crews dug through rubble on Wednesday.",  # no name
        "Finland approved it on 27 March.",  # what?
        "Finland grumbled loudly on 27 March.",  # a verb that is not listed
        "“Finland decided to join because of the invasion,” he said.",  # somebody's words
        "Finland, which decided to join, because of the war left Velm.",
        "Then Finland chose because of everything.",
        "Prices rose in Finland because of the war.",
        "Ada Quill warned that she was there.",  # of what?
        "Ada Quill said the weather would hold.",
        "But Quill refused to leave Finland.",
        "Forward Ada Quill agreed to lead Finland.",  # a capital from the sentence only
        "Finland agreed to terms on a contract.",
        "Finland approved the treaty on Monday.",  # which?
        "Quill decided to leave Finland.",  # Ada Quill
        "The Pinal Fire was caused by lightning in June.",
    ],
)
def test_any_other_sentence_is_left_alone(sentence: str) -> None:
    assert not [each for each in make(Article(text=sentence + AROUND)) if each.start == 0]


@pytest.mark.parametrize(
    ("title", "sentence", "question"),
    [
        (
            "Storm floods Velm",
            "“The storm took half of the roofs,” said Ada Quill.",
            "What did Ada Quill say about the storm?",
        ),
        (
            "Storm floods Velm",
            "The Velm Water Board said the heavy storm was the worst in years.",
            "What did the Velm Water Board say about the storm?",
        ),
        (
            "A harbour for Velm",
            "“We shall ask Bastian Kroll for money,” Ada Quill said.",
            "What did Ada Quill say about Bastian Kroll?",
        ),
        (
            "A harbour for Velm",
            "Ada Quill, the town’s oldest baker, said nothing would change.",
            "Who is Ada Quill?",
        ),
    ],
)
def test_what_somebody_says_becomes_a_question(title: str, sentence: str, question: str) -> None:
    article = Article(text=sentence, title=title)
    assert question in [each.question for each in make(article)]


@pytest.mark.parametrize(
    "sentence",
    [
        "“The rain took half of the roofs,” said Ada Quill.",  # nothing the headline names
        "“The storm took half of the roofs,” said a neighbour.",  # who?
        "“The storm took half of the roofs,” she said.",
        "“The storm took half of the roofs,” said Quill.",  # which?
        "Velm’s House Ways said that the money went to Fish and Wildlife.",  # a name cut short
    ],
)
def test_no_other_saying_does(sentence: str) -> None:
    assert not list(make(Article(text=sentence, title="Storm floods Velm")))


def test_no_question_in_english_is_made_of_another_language() -> None:
    text = "Finland decided to join because of the invasion." + AROUND
    assert list(make(Article(text=text)))
    assert not list(make(Article(text=text, language="fi")))


def made(question: str, start: int = 10, article_id: str = "a") -> Made:
    return Made(question, article_id, start, start + 20)


def answered(question: str, **changes: object) -> Answer:
    citation = Citation(
        article_id="a", title="A", number=1, quote="x" * 20, start=10, end=30, score=0.9
    )
    known: dict[str, object] = {
        "question": question,
        "standalone_question": question,
        "answered": True,
        "text": "",
        "citations": (citation,),
    }
    return Answer.model_validate(known | changes)


def test_only_what_its_own_sentence_answers_is_suggested() -> None:
    one = [made("Why did Finland join?")]
    assert choose(one, answered, most=3) == ("Why did Finland join?",)
    assert choose([made("Why did Finland join?", start=30)], answered, most=3) == ()
    assert choose([made("Why did Finland join?", article_id="b")], answered, most=3) == ()
    abstained = {"answered": False, "citations": ()}
    assert choose(one, lambda text: answered(text, **abstained), most=3) == ()
    carried = {"standalone_question": "Why did Finland join? (Turkey)"}
    assert choose(one, lambda text: answered(text, **carried), most=3) == ()


def test_what_was_asked_or_quoted_is_not_suggested() -> None:
    one = [made("Why did Finland join NATO?")]
    assert choose(one, answered, most=3, asked=["Why has Finland joined NATO?"]) == ()
    assert choose(one, answered, most=3, known=[("a", 25, 90)]) == ()
    assert choose(one, answered, most=3, known=[("b", 25, 90), ("a", 30, 90)])
    assert choose(one, answered, most=0) == ()
    assert choose(one, answered, most=3, seconds=-1) == ()
    assert choose(one, answered, most=3, stop=lambda: True) == ()
    twice = [made("Why did Finland join NATO?"), made("When did Finland join NATO?")]
    assert len(choose(twice, answered, most=3)) == 1


def test_each_suggestion_after_a_sample_answer_is_answered(samples: Assistant) -> None:
    asked = "How long is Finland's border with Russia?"
    answer = samples.answer(asked)
    suggested = samples.suggestions(answer)
    assert 1 <= len(suggested) <= 3
    cited = {each.article_id for each in answer.citations}
    for question in suggested:
        again = samples.answer(question)
        assert again.answered
        own = again.citations[0]
        assert own.article_id in cited | {copy.article_id for copy in own.copies} | {
            copy.article_id for each in answer.citations for copy in each.copies
        }
    assert samples.suggestions(samples.answer("Who won the 2018 World Cup?")) == ()


def test_examples_come_from_the_articles(samples: Assistant) -> None:
    examples = samples.examples()
    assert 1 <= len(examples) <= 4
    assert all(samples.answer(each).answered for each in examples)
    assert not any(" the bank" in each for each in examples)
