"""What is asked about the collection, told by how it is asked; and small talk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.answer import About
from assistant.composing.composition import Composition

Kind = Literal["count", "outlets", "articles", "latest", "oldest", "authors", "summary", "new"]

_ARTICLE = r"(?:articles?|stories|story|reports?|pieces?|documents?|texts?)"
_ABOUT = (
    r"(?:about|on|regarding|concerning|mentioning|that mention|covering|that cover|dealing "
    r"with|to do with)"
)
_FROM = r"(?:from|by|in|of|published by)"
_TOPIC = (
    rf"(?:(?: (?:do you have|are there|have you(?: got)?|did you find|exist|is there|you have"
    rf"|were (?:published|written)|in (?:the |your )?(?:index|collection"
    rf"|library)))*(?: {_ABOUT} (?P<topic>.+?)| {_FROM} (?P<outlet>.+?))?)"
)
_NAMED = rf"{_ARTICLE}(?: {_ABOUT} (?P<topic>.+?)| (?:titled|called|headlined) (?P<title>.+?))?"
_OUTLET = r"(?:outlets?|newspapers?|papers?|publishers?|publications?|media|news ?sites?|sources)"
_START = r"^(?:and |but |so |please |can you |could you |show me |give me |tell me )*"
_END = (
    r"(?: (?:are there|do you have|have you|there|exist|in (?:the |your )?(?:index"
    r"|collection|library)))?\s*[?.!]*$"
)
_QUESTIONS: tuple[tuple[Kind, str], ...] = (
    (
        "count",
        rf"(?:how many|what is the number of|the number of) (?:of your )?(?:news "
        rf")?{_ARTICLE}{_TOPIC}",
    ),
    ("count", r"how big is (?:the|your) (?:index|collection|library)"),
    (
        "outlets",
        rf"(?:which|what|list(?: all)?(?: the)?|how many) {_OUTLET}(?: have| has)? (?:covered"
        rf"|cover|wrote about|written about|write about|reported(?: on| about)?|report on"
        rf"|published(?: about| on)?|printed|carried|mentioned|mention) (?P<topic>.+?)",
    ),
    (
        "outlets",
        rf"(?:which|what|list(?: all)?(?: the)?|how many) {_OUTLET}(?: are there| do you "
        rf"have| are in .*)?",
    ),
    ("outlets", r"who (?:covered|has covered|reported on|wrote about) (?P<topic>.+?)"),
    ("articles", r"what (?:has|have|did) (?P<outlet>.+?) (?:publish|print|carr)(?:y|ed|ied)?"),
    (
        "articles",
        rf"(?:which|what|list(?: all)?(?: the)?) (?:news )?{_ARTICLE} (?:did|has|have|does"
        rf"|do|were|was) (?P<outlet>.+?) (?:publish(?:ed)?|print(?:ed)?|write|written|wrote"
        rf"|run|carry|have)",
    ),
    (
        "articles",
        rf"(?:which|what|list(?: all)?(?: of)?(?: the| your)?|all(?: the)?|any|show)? "
        rf"?(?:news )?(?:articles|stories|reports){_TOPIC}",
    ),
    ("articles", rf"do you have (?:any |an )?(?:news )?{_ARTICLE} {_ABOUT} (?P<topic>.+?)"),
    (
        "latest",
        rf"(?:what(?: is|['’]s| was) |which is |when was )?(?:the |your )?(?:latest|newest"
        rf"|most recent|last) (?:news )?(?:article|story|report|piece|news|reports|articles"
        rf"|stories){_TOPIC}",
    ),
    (
        "oldest",
        rf"(?:what(?: is|['’]s| was) |which is )?(?:the |your )?(?:oldest|earliest|first) "
        rf"(?:news )?(?:article|story|report|piece){_TOPIC}",
    ),
    (
        "authors",
        rf"(?:who (?:wrote|is the author of|are the authors of|authored)|by whom is) (?:the "
        rf"|this |that )?(?:{_NAMED}|(?P<quoted>[\"“].+[\"”]))",
    ),
    (
        "new",
        rf"(?:what(?: is|['’]s) new|any news|what(?: is|['’]s) (?:in |the )?(?:the )?news"
        rf"|what are the headlines|(?:the )?(?:latest |top |today['’]?s )?headlines|news"
        rf"|what happened (?:today|lately|recently)|what(?: is|['’]s) happening)(?: today| "
        rf"lately| recently| now)?(?: {_ABOUT} (?P<topic>.+?))?",
    ),
    (
        "summary",
        rf"(?:summari[sz]e|sum up|recap|tl;?dr|(?:a |the )?(?:short |brief )?summary of)"
        rf"(?: me)? (?:the |this |that )?(?:{_NAMED}|(?P<quoted>.+?))",
    ),
    ("summary", rf"what does (?:the |this |that )?{_NAMED} say"),
    (
        "summary",
        rf"what(?: is|['’]s) (?:(?:the |this |that )?{_NAMED}|(?P<quoted>[\"“].+[\"”])) about",
    ),
)
_PATTERNS = tuple(
    (kind, re.compile(rf"(?i){_START}{pattern}{_END}")) for kind, pattern in _QUESTIONS
)
_HELLO = re.compile(
    r"(?i)^\W*(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|day|afternoon|evening)"
    r"|welcome)(?: (?:there|dateline|all|everyone))?\W*$"
)
_THANKS = re.compile(
    r"(?i)^\W*(?:(?:ok(?:ay)?|great|cool|perfect|nice|good|fine)\W*)*(?:thanks?|thank you|thx"
    r"|cheers|ta|merci|danke)(?: (?:you|a lot|so much|very much|again))*\W*$|^\W*(?:ok(?:ay)?"
    r"|great|cool|perfect|nice|bye|goodbye|see you)\W*$"
)
_WHO = re.compile(
    r"(?i)^\W*(?:who|what) are you\W*$|^\W*what(?: is|['’]s) (?:your name|this|dateline)\W*$"
    r"|^\W*(?:help|what can (?:you do|i ask(?: you)?)|how (?:do you|does this) work|what do you "
    r"(?:do|know)|are you (?:a |an )?(?:bot|human|ai|robot|person|machine))\W*(?:\?)?$"
)
_ASKS = "Ask who, what, when, where or why about the articles, or what they say about somebody"
HELLO = f"Hello. {_ASKS}; every answer comes with the words it rests on."
THANKS = f"You are welcome. {_ASKS}."
WHO = (
    "I am Dateline, an assistant that answers questions about the news articles in its collection, "
    "with quotes that can be checked. Ask who, what, when, where or why; or ask about the "
    "collection: “What’s new?”, “How many articles are there about …?”, “Summarise …”."
)


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """What is asked of the collection; what is not named is empty."""

    kind: Kind
    topic: str = ""
    outlet: str = ""
    title: str = ""


def small_talk(question: str) -> Composition | None:
    """One plain line to a greeting, to thanks, and to "who are you?"."""
    for pattern, line in ((_HELLO, HELLO), (_THANKS, THANKS), (_WHO, WHO)):
        if pattern.match(question):
            return Composition(lead=line, about=About(kind="greeting"))
    return None


def parse_about(question: str) -> AskedAbout | None:
    """What a question asks of the collection; None for a question that articles answer."""
    text = " ".join(question.split())
    for kind, pattern in _PATTERNS:
        if fits := pattern.match(text):
            given = {key: (value or "").strip() for key, value in fits.groupdict().items()}
            title = given.get("title", "") or given.get("quoted", "")
            topic = re.sub(r"(?i)^(?:the )?(?:topic|subject) of ", "", given.get("topic", ""))
            return AskedAbout(kind, topic, given.get("outlet", ""), title.strip(" \"“”'"))
    return None
