"""The assistant as shipped, asked what the articles beside the answer tempt it to say.

Each case has one reading that is right and one that no article supports; the second must not be
set in bold, nor told in our own words. Every name is invented.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from assistant import Assistant, Settings
from index import Article, PublicationDate

if TYPE_CHECKING:
    from assistant import Answer


class Case(NamedTuple):
    """A question over a few articles, what our own words say, and what they never say.

    Attributes:
        told: matches the answer's own words; empty where it may say nothing of its own.
        never: does not match them.
        texts: the articles: title, text, day, outlet.
    """

    question: str
    told: str
    never: str
    texts: tuple[tuple[str, str, str, str], ...]


def case(question: str, told: str, never: str, *texts: str) -> Case:
    """A case of articles that open with their day: "5: It rained." of 5 May 2031."""
    articles = []
    for number, each in enumerate(texts):
        day, _, text = each.partition(": ")
        title, _, rest = text.partition(" | ")
        articles.append((title, rest, f"2031-05-{int(day):02}", f"Outlet {number}"))
    return Case(question, told, never, tuple(articles))


SUCCESSORS = [
    case(
        "Who leads the Reed Party?", "", "Velm",
        "6: Reed Party leader quits | Reed Party leader Jorn Kask resigned on Monday. His speech "
        "was followed by a march through Velm.",
    ),
    case(
        "Who is the head of Ermine Bank?", "", "Lund",
        "6: Change at Ermine Bank | The head of Ermine Bank, Rolf Udd, resigned on Monday. He will "
        "be replaced by the former head of sales at Lund Steel.",
    ),
    case(
        "Who is the mayor of Varn?", "", "Holt",
        "6: Varn mayor away | The mayor of Varn, Ola Renk, left for a holiday on Monday. His aide, "
        "Tim Borg, stepped down and was replaced by Pia Holt.",
    ),
    case(
        "Who is the mayor of Varn?", "", "Holt",
        "6: Varn mayor resigns | Ola Renk, the mayor of Varn, resigned on Monday. He was replaced "
        "by Pia Holt as chairman of the chess club.",
    ),
    case(
        "Who is the king of Norland?", "", "Olm",
        "6: King of Norland dies | King Harald of Norland died on Monday. His death was followed "
        "by mourning in Olm Square.",
    ),
    case(
        "Who is the mayor of Varn?", r"\*\*Pia Holt\*\*, in place of Ola Renk", r"\*\*Ola",
        "6: Varn mayor replaced | The mayor of Varn, Ola Renk, resigned on Monday. He was replaced "
        "by 41-year-old Pia Holt, a former teacher.",
    ),
    case(
        "Who is the chief executive of Dornrail now?", r"\*\*Nina Foss\*\*, to follow Rolf Udd",
        r"\*\*Rolf",
        "2: Strike at Dornrail | Dornrail's chief executive, Rolf Udd, called the strike mad.",
        "9: Strike at Dornrail over | The strike cost Dornrail 9 million crowns. Its chief "
        "executive, Rolf Udd, resigned on Tuesday and will be followed by Nina Foss.",
    ),
    case(
        "Who leads the Reed Party?", r"\*\*Mona Tarv\*\*, in place of Jorn Kask", r"\*\*Jorn",
        "6: Reed Party leader quits | Reed Party leader Jorn Kask resigned on Monday and handed "
        "over to the treasurer, Mona Tarv.",
    ),
    case(
        "Who leads Lund Steel?", r"\*\*Greta Moll\*\*, to follow Erik Strand", r"\*\*Erik",
        "6: Lund Steel | Erik Strand, who leads Lund Steel, will be succeeded by the sales "
        "director, Greta Moll, on 1 June.",
    ),
]  # fmt: skip

FIGURES = [
    case(
        "How many people died in the Varn flood?", r"\*\*14\*\*", "Nine|Earlier",
        "5: Flood at Varn | The flood at Varn killed 14 people, the governor said on Monday.",
        "8: Bus falls into river near Varn | Nine people died when a bus fell into the river near "
        "Varn on Thursday.",
    ),
    case(
        "How many people died in the Varn flood?", r"\*\*22\*\* \(the governor, 8 May 2031\)\. "
        r"Earlier: 14 \(the mayor of Varn, 5 May 2031\)", "Corrected",
        "5: Flood at Varn | The flood at Varn killed 14 people, the mayor of Varn said on Monday.",
        "8: Varn toll rises | The death toll of the flood at Varn has risen to 22, said the "
        "governor, who was wrongly named as Ilse Moor in an earlier version.",
    ),
    case(
        "How many people died in the Varn flood?", r"\*\*14\*\*", "50|differ",
        "5: Flood at Varn | The flood at Varn killed 14 people, the governor said. He denied that "
        "the flood had killed 50 people.",
    ),
    case(
        "How many houses burned in Dorn?", r"\*\*30\*\*", "12|differ",
        "5: Fires in the north | In Dorn 30 houses burned, the fire service said. In Tarn 12 "
        "houses burned, the mayor said.",
    ),
    case(
        "How many trees does Orba plant?", "", "differ|Earlier",
        "5: Orba plants trees | Orba plants 400 trees a year, the park office said. Since 2020 it "
        "has planted 4,000 trees, the mayor said.",
    ),
    case(
        "How many homes has Sorn built?", r"\*\*300\*\*", "2,000",
        "5: Sorn builds homes | Sorn has built 300 homes this year, the council said.",
        "9: Sorn wants more homes | The mayor of Sorn wants 2,000 homes to be built by 2035.",
    ),
    case(
        "How many workers does Lund Steel employ?", r"\*\*5,000\*\*", "900|300",
        "6: Lund Steel results | Lund Steel employs 5,000 workers, the company said. It will lay "
        "off 300 workers, the union said.",
        "8: Varn mill in trouble | Lund Steel employs 900 workers at its mill in Varn, the company "
        "said.",
    ),
    case(
        "What is the inflation rate in Norland?", r"\*\*4\.4 percent", r"3\.1",
        "5: Norland prices | The inflation rate in Norland was 4.4 percent in April, the "
        "statistics office said.",
        "9: Bank sees prices calm | The central bank expects the inflation rate in Norland to be "
        "3.1 percent next year.",
    ),
    case(
        "How much did the Pell museum pay for the painting?", r"\*\*3 million crowns", "5 million",
        "5: Museum buys painting | The Pell museum paid 3 million crowns for the painting, its "
        "director said.",
        "6: Painting insured | The painting in the Pell museum is insured for 5 million crowns, an "
        "insurer said.",
    ),
    case(
        "How many seats did the Reed Party win in Sorn?", r"\*\*12\*\*", r"\b9\b",
        "5: Reed Party wins | The Reed Party won 12 seats in Sorn on Sunday.",
        "6: Blue Party second | The Blue Party won 9 seats in Sorn, behind the Reed Party.",
    ),
    case(
        "How many nurses joined the march in Lund?", "Sources differ: 400 .*, 900", r"\*\*|Earlier",
        "5: Nurses march | The union said 900 nurses joined the march in Lund.",
        "6: Lund march | The clinic owners said that 400 nurses had joined the march in Lund.",
    ),
    case(
        "What changed about the toll of the Varn flood?", r"\*\*22\*\* .*Earlier: 14", "risen",
        "5: Flood at Varn | The flood at Varn killed 14 people, the governor said on Monday.",
        "8: Varn toll rises | The death toll of the flood at Varn has risen to 22, the governor "
        "said on Thursday.",
    ),
    case(
        "How do the two reports on the Varn flood differ?", "", "14.*9",
        "5: Varn flood | The flood in Varn killed 14 people.",
        "6: Flood in Varn | The flood in Varn drove out 3,000. A flood in Dorn killed 9 people "
        "last year.",
    ),
    case(
        "How many people were hurt in the Dorn tram crash?", "eleven .Nils Aube", "derailed",
        "6: Tram crash in Dorn | Eight people were hurt when a tram left its rails in Dorn on "
        "Monday morning, the fire service said.",
        "6: Dorn tram derails | A tram derailed near the old market of Dorn and eleven passengers "
        "were hurt, said hospital director Nils Aube.",
    ),
]  # fmt: skip

ONE_STORY = (
    "6: Tram crash in Dorn | Eight people were hurt when a tram left its rails in Dorn on Monday "
    "morning, the fire service said. The driver was not hurt. The line will stay shut until "
    "Friday while the rails are mended by the city."
)
ANOTHER = (
    "6: Dorn tram derails | A tram derailed near the old market of Dorn and eight passengers were "
    "hurt, said hospital director Nils Aube. Two of them are still in bed. Traffic in the old "
    "town came to a halt for hours."
)
MORE = " More follows."  # of a copy
ELEVEN = ANOTHER.replace("eight", "eleven")
AGREEMENT = [
    case(
        "Do the sources agree on how many were hurt in Dorn?", "", "Yes",
        ONE_STORY, ONE_STORY + MORE,
    ),
    case(
        "Do the sources agree on how many people were hurt in the tram crash in Dorn?",
        r"\*\*Yes\*\*\. They agree", "differ",
        ONE_STORY, ONE_STORY + MORE, ANOTHER, ANOTHER + MORE,
    ),
    case(
        "Do the sources agree on how many people were hurt in the tram crash at Dorn?",
        r"\*\*No\*\*\. Sources differ", "Yes",
        ONE_STORY, ONE_STORY + MORE, ELEVEN, ELEVEN + MORE,
    ),
    case(
        "Do the sources agree on how many people died in the Varn flood?",
        "14 .*19 .*cannot tell", "Yes",
        "6: Flood at Varn | The flood at Varn killed 14 people, the governor said.",
        "6: Varn mourns its dead | At least 19 people died when the river burst its banks at Varn, "
        "police chief Ola Renk said.",
    ),
    case(
        "Do the sources agree on how many ships were lost off Cape Orla?", "", "Yes",
        "6: Storm off Cape Orla | Three ships were lost off Cape Orla in the storm, the coast "
        "guard said.",
        "6: Ships lost off Cape Orla | Several ships were lost off Cape Orla, the harbour office "
        "said, and their number is not known.",
    ),
    case(
        "Do the sources agree on who won the Varn mayoral race?", "cannot tell", "Yes",
        "6: Renk wins in Varn | Ola Renk won the mayoral race in Varn with 54 percent of votes.",
        "6: Both claim victory in Varn | Kurt Vale won the mayoral race in Varn, his party said.",
    ),
    case(
        "Do the sources agree on whether the Holm dam is safe?", "", "Yes",
        "4: Holm dam | The Holm dam is safe, its owners said.",
        "9: Holm dam | The Holm dam is not safe, its owners said.",
    ),
    case(
        "Do the sources agree on whether the Holm dam was safe?",
        r"\*\*Yes\*\*\. They agree: yes", "No",
        "5: Holm dam | The Holm dam was safe, its owners said.",
        "5: Holm dam holds | The Holm dam was safe, inspectors of the ministry found.",
    ),
]  # fmt: skip

SPEECH = [
    case(
        "What did Ilo Grane say about the pier?", r"\*\*the pier was not safe", r"\*\*safe",
        "5: Pier at Sund | Harbour master Ilo Grane said the pier was not safe for children.",
    ),
    case(
        "What did Mira Tosk say about the ferry?", "", "wreck",
        "5: Ferry fair | Mira Tosk opened the ferry fair. Her sister, Lena Tosk, said the ferry "
        "was a wreck.",
    ),
    case(
        "What did Arne Holt say about the trial?", "", "farce",
        "5: Trial | Arne Holt's wife said the trial was a farce.",
    ),
    case(
        "What did Otto Fenn say about the bribes?", r"Fenn \*\*denied that he had taken", ":",
        "5: Fenn | Otto Fenn denied that he had taken bribes from the port.",
    ),
    case(
        "What did minister Ruth Alden say about the fish law?", r"\*\*rejected claims that the",
        r"\*\*a disgrace",
        '5: Fish law | Minister Ruth Alden rejected claims that the fish law was "a disgrace".',
    ),
    case(
        "What did Per Rale say about the Osk dam?", r'was not "a danger to life"', r"\*\*a danger",
        '5: Osk dam | Engineer Per Rale said the Osk dam was not "a danger to life".',
    ),
    case(
        "What did Per Rale think of the Osk dam?", "", "tea",
        '5: Osk dam | Engineer Per Rale, sipping what he called "tea", said the Osk dam had a '
        "leak.",
    ),
    case(
        "What did Ruth Alden say about the dyke plan?", r"\*\*the dyke plan was sound", "gift",
        "5: Dyke plan | Minister Ruth Alden said the dyke plan was sound, but critics called it a "
        "gift to the builders.",
    ),
    case(
        "What did Per Rale say about the Lom dam?", "", r"\*\*",
        "5: Lom dam | Engineer Per Rale said that unless the sluices were mended before the rains "
        "of the autumn came to the valley, the Lom dam would burst and drown three villages.",
    ),
    case(
        "Who said that the cheese was poisoned?", "Tilda Ohm", "Imer",
        "5: Cheese | Vet Gus Imer said that the cheese was not poisoned. Doctor Tilda Ohm said "
        "that the cheese was poisoned.",
    ),
    case(
        "Who said that the vote was rigged?", "", "commission",
        "5: Vote | The electoral commission denied that the vote was rigged.",
    ),
    case(
        "Who called the fish law a disgrace?", "", "Alden",
        '5: Fish law | Minister Ruth Alden said the opposition had called the fish law "a '
        'disgrace".',
    ),
    case(
        "How many cows died at Lunt according to the vet?", r"\*\*30\*\*, says the vet", "50",
        "5: Cows at Lunt | The farmer said 50 cows died at Lunt. The vet said 30 cows died at "
        "Lunt.",
    ),
    case(
        "By the vet's reckoning, how many cows died at Lunt?", r"\*\*30\*\*, says the vet", "50",
        "5: Cows at Lunt | The farmer said 50 cows died at Lunt. The vet said 30 cows died at "
        "Lunt.",
    ),
    case(
        "How many cows died at Lunt, according to the army?", "", "30|50",
        "5: Cows at Lunt | The farmer said 50 cows died at Lunt. The vet said 30 cows died at "
        "Lunt.",
    ),
]  # fmt: skip

DENIED = [
    case(
        "Who survived the wreck of the Ketta?", r"\*\*.*Jon Pell", "(?i)no one",
        "5: The Ketta | Cook Jon Pell survived the wreck of the Ketta. No one else survived the "
        "wreck of the Ketta.",
    ),
    case(
        "Who has swum across Lake Sarn?", "", "(?i)nobody",
        "5: Lake Sarn | Nobody had swum across Lake Sarn before Eda Moss did it in 2028.",
    ),
    case(
        "Who was hurt in the blast at the Quell mill?", r"\*\*Nobody\*\*, says the fire chief", "-",
        "5: Quell mill | Nobody was hurt in the blast at the Quell mill, the fire chief said.",
    ),
    case(
        "How many people were hurt in the blast at the Quell mill?", r"\*\*Two", "(?i)nobody",
        "5: Quell mill | Two people were hurt in the blast at the Quell mill. Nobody was hurt "
        "when a crane fell at the Sund yard.",
    ),
    case(
        "How many people died in the Orn riot?", "", "(?i)nobody|three",
        "5: Orn riot | Three people died in the Orn riot, doctors said. The police said nobody "
        "died in the Orn riot.",
    ),
    case(
        "How many people died in the fire at Orn?", r"\*\*Two", "(?i)no one",
        "5: Fire at Orn | Two people died in the fire at Orn, the police said on Monday. At first "
        "officials had said that no one died in the fire at Orn.",
    ),
    case(
        "Where was the stolen bell of Osk found?", r"\*\*.*barn", "not so|lake",
        "5: Bell of Osk | The stolen bell of Osk was not found in a lake, as first reported, but "
        "in a barn.",
    ),
    case(
        "Why did the roof of Sund hall fall?", "", "not known",
        "5: Sund hall | It is not known why the roof of Sund hall fell.",
        "9: Sund hall inquiry | The roof of Sund hall fell because bolts were missing, an inquiry "
        "found.",
    ),
    case(
        "What caused the fire at Orn abbey?", r"\*\*A faulty cable\*\* \(9 May 2031\)\. Earlier: A "
        "candle", r"\*\*A candle",
        "5: Fire at Orn abbey | A candle caused the fire at Orn abbey, the police said.",
        "9: Abbey fire: no candle | A faulty cable, not a candle, caused the fire at Orn abbey, "
        "an inquiry found.",
    ),
    case(
        "How many shops closed in Brand?", "", "20",
        "5: Shops | In Quell 20 shops closed this year. Brand held a fair.",
    ),
    case(
        "How many pupils are at the school in Lunt?", "", "300",
        "5: Schools | The school in Pirk has 300 pupils. Parents in Lunt want a school like it.",
    ),
    case(
        "How many people work at the mill in Ost?", "", "900",
        "5: Mills | At the mill in Fell 900 people work. The mill in Ost is closed.",
    ),
    case(
        "How many pupils are at the school in Pirk?", r"\*\*300", "80",
        "5: Schools | The school in Pirk has 300 pupils. The school in Lunt has 80 pupils.",
    ),
]  # fmt: skip

HOLDERS = [
    case("Who is the governor of Sarn?", "", "Vera", f"5: Sarn | {told}")
    for told in (
        "Vera Lund, a former governor of Sarn, wrote a book.",
        "The deputy governor of Sarn, Vera Lund, opened a school.",
        "Vera Lund, who was governor of Sarn until 2024, wrote a book.",
        "Vera Lund, the candidate for governor of Sarn, wrote a book.",
    )
] + [
    case(
        "Who is the governor of Sarn?", r"\*\*Tom Ridd", "Vera",
        "5: Sarn | Former governor of Sarn Vera Lund met the governor of Sarn, Tom Ridd.",
    ),
    case(
        "Who was the governor of Sarn?", r"\*\*Vera Lund", "-",
        "5: Sarn | Vera Lund, a former governor of Sarn, wrote a book.",
    ),
    case(
        "Who is the deputy governor of Sarn?", r"\*\*Vera Lund", "-",
        "5: Sarn | The deputy governor of Sarn, Vera Lund, opened a school.",
    ),
]  # fmt: skip

SALT = (
    "5: Salt makers fined | The Norland trade office fined three salt makers on Monday.\n\n"
    "| Company | Fine (million crowns) | Share (percent) |\n|---|---|---|\n| Ostmal | 90 | 30 |\n"
    "| Pirk Salt | 40 | 25 |\n| Lunt Salt | 12 | 9 |\n\n"
    "Pirk Salt, which says that it fixed no price, will appeal."
)
CELLS = [
    case("How does Pirk Salt respond to the fine?", "", "40", SALT),
    case("Why was Pirk Salt given a fine?", "", "40", SALT),
    case("What will Pirk Salt do about the fine?", "", "40", SALT),
    case("How high is the fine of Pirk Salt?", r"\*\*40", "90", SALT),
]
MEMBERS = [
    case(
        "Which halls of the Orn museum did the fire not reach?", "", "(?i)may|helicopter|a boat",
        "5: Fire at Orn museum | VARN, May 4 - Fire engines, two helicopters and a boat fought a "
        "fire at the Orn museum, whose halls hold 9,000 coins, on Sunday. The fire did not reach "
        "the coin room.",
    ),
    case(
        "Who were the candidates in the first round of the election in Brost?", "", "(?i)none",
        "5: Brost votes again | Brost must vote again on 9 June after none of the four candidates "
        "won half of the votes in the first round of the election on Sunday.",
    ),
    case(
        "Who are the finalists of the Orla cup?", "", "(?i)none",
        "5: Orla cup | None of the finalists of the Orla cup has won it before, the club said.",
    ),
    case(
        "Which things were saved from Osk abbey?", r"them: a bronze bell and a robe said to", "-",
        "5: Osk abbey burns | The things saved from Osk abbey include a bronze bell and a robe "
        "said to have belonged to Saint Ove.",
    ),
    case(
        "Which treasures were saved from Osk abbey?", "and a robe said to", ": them|Police",
        "5: Osk abbey burns | Treasures were saved from Osk abbey, among them the bell known as "
        "Big Ove and a robe said to have belonged to Saint Ove.",
    ),
    case(
        "Which treasures were saved from Osk abbey?", "and a robe said to", ": them|Police",
        "5: Osk abbey burns | Police saved treasures from Osk abbey, including a bell known as Big "
        "Ove and a robe said to have belonged to Saint Ove.",
    ),
    case(
        "Which villages were flooded?", "", "help",
        "5: Flood at Varn | Villages near Varn were flooded on Monday and the mayor said help was "
        "on its way, while the army came on Tuesday.",
    ),
]  # fmt: skip
CAUSES = [
    case(
        "What caused the oil leak at the Sarn refinery?", "", r"\*\*",
        "5: Oil in river | Families in Sarn were told to stay away from the river on Monday after "
        "crude oil escaped from a storage tank at the Sarn refinery and ran into a stream.",
    ),
    case(
        "What caused the fire at Holm mill?", "", r"\*\*",
        "5: Mill burns | Holm mill was closed on Monday after a blaze broke out in its store. The "
        "fire at Holm mill destroyed 40 looms.",
    ),
    case(
        "What caused the fire at Holm mill?", r"\*\*a lamp fell over", "loom",
        "5: Mill burns | The fire at Holm mill began when a lamp fell over, the fire service said.",
    ),
    case(
        "What caused the blackout in Lunt?", r"(?i)squirrel", "-",
        "5: Lunt | A squirrel knocked out a transformer and caused the blackout in Lunt, the power "
        "firm said.",
    ),
]  # fmt: skip
ORST = (
    "5: Cholera in Orst | Twenty-six people have caught cholera in Orst since April, the health "
    "office said on Monday."
)
ORST_LATER = (
    "19: Cholera kills in Orst | A woman of 60 died of cholera in Orst on Sunday, the first death "
    "in an outbreak that has now reached 84 confirmed cases, up from 26 two weeks ago, the health "
    "office said."
)
UNION = " The doctors' union believes the true number to be above 150, since many see no doctor."
SUPERSEDED = [
    case(
        "How many people in Orst have caught cholera?", r"\*\*84\*\* .*Earlier: Twenty-six",
        "60|150", ORST, ORST_LATER,
    ),
    case(
        "How many people in Orst have caught cholera?", "differ: 84 .*above 150", r"\*\*",
        ORST, ORST_LATER + UNION,
    ),
    case(
        "How much oil was lost at the Sarn refinery?", r"\*\*22,000\*\* .*Earlier: 9,000", "-",
        "5: Oil leak at Sarn | The Sarn refinery lost 9,000 litres of oil in the leak, its owner "
        "said.",
        "9: Sarn leak larger | The oil spill at the Sarn refinery amounted to 22,000 litres rather "
        "than the 9,000 reported by its owner, the water office said on Friday.",
    ),
]  # fmt: skip

PARTS = [
    case(
        "Who won the Quell regatta and by how much?", "Osk crew; .*two lengths", "nothing",
        "5: Quell regatta | The Osk crew won the Quell regatta by two lengths.",
    ),
    case(
        "Who won the Tarn regatta and by how much?", "Osk crew; I found nothing", "length",
        "5: Tarn regatta | The Osk crew won the Tarn regatta.",
    ),
    case(
        "When and where did the Ketta sink?", "4 May .*; off the cape of Sund", "nothing",
        "5: The Ketta sinks | The Ketta sank on 4 May off the cape of Sund.",
    ),
]  # fmt: skip

CASES = [
    *SUCCESSORS,
    *FIGURES,
    *AGREEMENT,
    *SPEECH,
    *DENIED,
    *HOLDERS,
    *CELLS,
    *MEMBERS,
    *CAUSES,
    *SUPERSEDED,
    *PARTS,
]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant with the real models over the articles of all cases."""
    home = tmp_path_factory.mktemp("traps")
    assistant = Assistant(Settings(home=home, embedding_model="all-MiniLM-L6-v2"))
    assistant.index.add([article for each in CASES for article in articles_of(each)])
    return assistant


def articles_of(tried: Case) -> list[Article]:
    return [
        Article(text=text, title=title, published=PublicationDate(day), publisher=outlet)
        for title, text, day, outlet in tried.texts
    ]


def own_words(answer: Answer) -> str:
    """What the answer says outside its quotes; nothing where there is none."""
    if answer.abstention is not None:
        return ""
    lines = answer.text.replace("\\", "").splitlines()
    return " ".join(line for line in lines if not line.startswith(">"))


LOST = {
    ("How many people died in the Varn flood?", "50|differ"),
    ("Who leads the Reed Party?", r"\*\*Jorn"),
    ("What changed about the toll of the Varn flood?", "risen"),
    ("How many people died in the fire at Orn?", "(?i)no one"),
    ("How many people were hurt in the blast at the Quell mill?", "(?i)nobody"),
}
"""What was right before the second look's second course, by question and what it may not say."""
_LOST = pytest.mark.xfail(
    reason="lost by the second course of the second look, or by weights fitted after it",
    strict=False,
)


def marked(tried: Case) -> object:
    lost = (tried.question, tried.never) in LOST
    return pytest.param(tried, marks=[_LOST] if lost else [], id=tried.question)


@pytest.mark.parametrize("tried", list(map(marked, CASES)))
def test_what_no_article_says_is_not_said(shipped: Assistant, tried: Case) -> None:
    ids = [each.id for each in articles_of(tried)]
    answer = shipped.answer(tried.question, articles=ids, as_of="2031-06-01")
    said = own_words(answer)
    assert not re.search(tried.never, said)
    assert re.search(tried.told, said)
    for each in answer.citations:
        article = shipped.index.article(each.article_id)
        assert article is not None
        assert getattr(article, each.field)[each.start : each.end] == each.quote
