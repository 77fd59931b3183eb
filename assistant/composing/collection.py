"""Questions about the collection itself, and small talk: answered from the index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from assistant.answer import About, Source
from assistant.composing.asked_about import AskedAbout, Kind, parse_about
from assistant.composing.composition import Composition, Statement, quote_of, statements
from assistant.composing.wording import count, describe_source
from assistant.judging.names import in_order, lacking, names, spelled
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.overlap import stems
from index import Article, Filters, Hit, Passage
from index.records import Listing

if TYPE_CHECKING:
    from assistant.question import Question
    from index.records import ListPage, Order

_ACCORDING_TO = re.compile(
    r"(?i)(?:,\s*|(?<!\s)\s+)?\baccording to (?P<who>[^,?]+?)\s*(?=[,?]|$),?"
)
_MOST_FOUND = 400  # passages looked through for the articles about a topic
_MOST_NAMED = 6
_LEAD_CHARACTERS = 700
_MENTIONS = 3
_SENTENCES = 4  # of a summary
_TITLE_NAMED = 0.5


class Collection(Protocol):
    """What is asked of the articles as a whole; `index.NewsIndex` gives it."""

    def search(self, query: str, limit: int = 20, within: Filters = ...) -> list[Hit]:
        """The passages that match best."""

    def listing(self, wanted: Listing) -> ListPage:
        """A stretch of the list of articles."""

    def outlets(self) -> dict[str, int]:
        """How many articles each outlet has."""

    def article(self, article_id: str) -> Article | None:
        """One article, by its whole id."""


def answer_about(
    question: str, collection: Collection, within: Filters, cited: Sequence[str] = ()
) -> Composition | None:
    """What the index tells; None for a question that articles answer.

    Args:
        within: only of these articles.
        cited: ids of the articles of the last answer, which "this article" may mean.
    """
    asked = parse_about(question)
    if asked is None:
        return None
    if asked.kind in {"summary", "authors"}:
        article = _article(asked, collection, within, cited)
        if article is None:
            return None
        return _summary(article) if asked.kind == "summary" else _authors(article)
    outlet = _outlet(asked.outlet, collection)
    if asked.outlet and not outlet and asked.kind != "articles":
        asked = AskedAbout(asked.kind, asked.outlet)
    if asked.outlet and not outlet and not asked.topic:
        return None
    if outlet:
        within = replace(within, publishers=(outlet,))
    return _listed(asked, outlet, collection, within)


def _listed(
    asked: AskedAbout, outlet: str, collection: Collection, within: Filters
) -> Composition | None:
    """How many articles, which, the latest, or their outlets."""
    if asked.topic:
        articles, all_found = find_articles(asked.topic, collection, within)
        if not articles:
            lead = f"I have no article about {asked.topic}."
            return Composition(
                lead=lead, about=About(kind=_told(asked.kind), subject=asked.topic, number=0)
            )
        sources = [Source.of(each) for each in articles]
        number, known = len(articles), all_found
    else:
        order: Order = "oldest" if asked.kind == "oldest" else "newest"
        page = collection.listing(Listing(within=within, order=order, most=50))
        sources = [
            Source(
                article_id=each.id,
                title=each.title,
                publisher=each.publisher,
                published=each.published.iso if each.published else None,
            )
            for each in page.articles
        ]  # fmt: skip
        number, known = page.total, True
    if not sources:
        return Composition(
            lead="There are no articles yet.", about=About(kind=_told(asked.kind), number=0)
        )
    outlets = list(dict.fromkeys(each.publisher for each in sources if each.publisher))
    if asked.kind == "outlets" and not asked.topic:
        outlets = list(collection.outlets())
    about = About(
        kind=_told(asked.kind),
        subject=asked.topic or outlet,
        number=number,
        articles=tuple(_shown(asked, sources)),
        outlets=tuple(outlets),
    )
    return Composition(
        lead=_lead(asked, outlet, sources, number, outlets, known=known), about=about
    )


def _shown(asked: AskedAbout, sources: list[Source]) -> list[Source]:
    if asked.kind == "oldest":
        return sorted(sources, key=lambda each: each.published or "9999")[:1]
    return sources[: 1 if asked.kind == "latest" else _MOST_NAMED]


def _told(
    kind: Kind,
) -> Literal["count", "outlets", "articles", "latest", "authors", "summary", "new"]:
    return "articles" if kind == "oldest" else kind


def _lead(
    asked: AskedAbout,
    outlet: str,
    sources: list[Source],
    number: int,
    outlets: list[str],
    *,
    known: bool,
) -> str:
    about = f" about {asked.topic}" if asked.topic else f" from {outlet}" if outlet else ""
    many = f"{'' if known else 'at least '}{count(number, 'article')}{about}"
    if asked.kind == "count":
        return f"I have {many}."
    if asked.kind == "outlets":
        named = ", ".join(outlets) or "no known outlet"
        return f"{count(len(outlets), 'outlet')}{' wrote' + about if about else ''}: {named}."
    if asked.kind in {"latest", "oldest"}:
        one = _shown(asked, sources)[0]
        return f"The {asked.kind} article{about}: {one.title} ({describe_source(one)})."
    if asked.kind == "new":
        return f"The newest articles{about}:"
    return f"I have {many}:"


def find_articles(
    topic: str, collection: Collection, within: Filters
) -> tuple[list[Article], bool]:
    """The articles about a topic, newest first, and whether these are all.

    One is about it when its headline or first lines hold every word of it, in whatever form, or
    when it keeps coming back to it.
    """
    topic = topic.strip(' ?.!"“”')
    hits = collection.search(topic, _MOST_FOUND, within)
    articles = {article.id: article for hit in hits for article in (hit.article, *hit.copies)}
    about = [each for each in articles.values() if _is_about(each, topic)]
    about.sort(
        key=lambda each: each.published.first.toordinal() if each.published else 0, reverse=True
    )
    return about, len(hits) < _MOST_FOUND


def _is_about(article: Article, topic: str) -> bool:
    lead = f"{article.title} . {article.text[:_LEAD_CHARACTERS]}"
    if _holds(topic, lead):
        return True
    words = [word for word, _ in spelled(topic) if word in stems(topic) or len(word) > 3]
    if not words or not _holds(topic, f"{article.title} . {article.text}"):
        return False
    there = Counter(word for word, _ in spelled(article.text))
    return min(there[word] for word in words) >= _MENTIONS


def _holds(topic: str, text: str) -> bool:
    """Whether a text has every name of a topic, and its other words or words of their meaning."""
    plain, named = in_order(text), names(f"x {topic}")
    if any(lacking(name, plain) for name in named):
        return False
    rest = topic
    for name in named:
        rest = rest.replace(name.text, " ")
    return not stems(rest) or share_of_meaning(rest, text) >= 0.99


def _outlet(asked: str, collection: Collection) -> str:
    """The outlet of the index that is meant; empty for none."""
    return match_outlet(asked, collection.outlets()) if asked else ""


def match_outlet(asked: str, outlets: Sequence[str] | dict[str, int]) -> str:
    """The outlet with this name, "the" or not; empty when there is none."""

    def bare(name: str) -> list[str]:
        return [word for word, _ in spelled(name) if word != "the"]

    wanted = bare(asked)
    return next((each for each in outlets if wanted and bare(each) == wanted), "")


def by_outlet(question: Question, standalone: str, collection: Collection) -> tuple[Question, str]:
    """A question "according to" an outlet of the index, put to that outlet alone."""
    fits = _ACCORDING_TO.search(standalone)
    outlet = match_outlet(fits["who"], collection.outlets()) if fits else ""
    if not fits or not outlet:
        return question, standalone
    asked = " ".join(f"{standalone[: fits.start()]} {standalone[fits.end() :]}".split())
    within = replace(question.within, publishers=(outlet,))
    return replace(question, within=within), f"{asked[:1].upper()}{asked[1:]}"


def _article(
    asked: AskedAbout, collection: Collection, within: Filters, cited: Sequence[str]
) -> Article | None:
    """The article that is meant: by its headline, by its topic, or the one just spoken of."""
    wanted = asked.title or asked.topic
    if not wanted:
        one = within.articles or tuple(dict.fromkeys(cited))
        return collection.article(one[0]) if one else None
    wanted = re.sub(
        r"(?i)^(?:the |this |that )?(?:article|story|report|news) (?:about|on) ", "", wanted
    )
    articles = {hit.article.id: hit.article for hit in collection.search(wanted, 30, within)}
    ranked = sorted(
        articles.values(),
        key=lambda each: (
            share_of_meaning(wanted, each.title)
            + share_of_meaning(wanted, each.text[:_LEAD_CHARACTERS])
        ),
        reverse=True,
    )
    if not ranked:
        return None
    told = f"{ranked[0].title} . {ranked[0].text[:_LEAD_CHARACTERS]}"
    return ranked[0] if share_of_meaning(wanted, told) >= _TITLE_NAMED else None


def _authors(article: Article) -> Composition:
    source = Source.of(article)
    by = " and ".join(article.authors)
    named = f"“{article.title}” ({describe_source(source)})"
    lead = f"{by} wrote {named}." if by else f"No author is known of {named}."
    return Composition(lead=lead, about=About(kind="authors", articles=(source,)))


def _summary(article: Article) -> Composition:
    """The article's own best sentences: its first, and those whose words it uses most."""
    passage = Passage(article.id, 0, len(article.text), article.text)
    own = [each for each in statements([Hit(passage, article, 1.0)]) if each.field == "text"]
    own = [each for each in own if each.end - each.start > 10]
    chosen = _best_sentences(own)
    source = Source.of(article)
    lead = f"“{article.title}” ({describe_source(source)}), in its own words:"
    quotes = tuple(quote_of(each, 1.0, opened=False) for each in chosen)
    return Composition(quotes, lead=lead, about=About(kind="summary", articles=(source,)))


def _best_sentences(own: Sequence[Statement]) -> list[Statement]:
    if len(own) <= _SENTENCES:
        return list(own)
    often = Counter(stem for each in own for stem in each.stems)
    chosen, told = [own[0]], set(own[0].stems)
    while len(chosen) < _SENTENCES:
        left = [each for each in own if each not in chosen]
        best = max(left, key=lambda each: _worth(each, often, frozenset(told)))
        chosen.append(best)
        told |= best.stems
    return sorted(chosen, key=lambda each: each.number)


def _worth(statement: Statement, often: Counter[str], told: frozenset[str]) -> float:
    """How much a sentence adds to a summary: words that the article keeps using, and figures."""
    new = statement.stems - told
    points_back = bool(re.match(r"(?:He|She|It|They|This|That|These|Those)\b", statement.text))
    weight = sum(often[stem] for stem in new) / (len(statement.stems) + 4)
    figures = 0.3 * bool(re.search(r"\d", statement.text))
    return weight + figures - 0.8 * points_back - 0.01 * statement.number
