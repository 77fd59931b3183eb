"""What a page without an article is: a list of links, a login, a consent page, a paywall's stub.

An article is told by its prose: lines that are long for their script and end, or hold, the end of a
sentence in any script. Thai, Lao, Khmer and others end none with a mark, and need none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import regex

from index.splitting import is_boilerplate

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

_LEAST_LETTERS, _LEAST_WIDE_LETTERS = 40, 14  # of a line of prose; scripts without spaces need less
_DENSE = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
)
_UNMARKED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]")
_SENTENCE = regex.compile(
    r"[\p{Sentence_Terminal}…։׃۔:][\p{Pe}\p{Pf}\p{Pi}\"'»\s]*(?:$|\s)|[。！？!?｡][\p{Pe}\p{Pf}\"']*|\p{Pe}$"
)
_PAYWALL = regex.compile(
    r"""\b(?:
        subscri\w+\ (?:to|now)\ (?:continue|keep|read|unlock|access)\w*|to\ continue\ reading,?\ (?:please|subscribe|log|sign)
      | continue\ reading\ (?:this\ article\ )?with\ (?:a|your)
      | already\ (?:a\ subscriber|have\ an\ account|registered)|(?:for|to)\ subscribers\ only|subscribers?[- ]only
      | this\ (?:article|story|content)\ is\ (?:for|reserved\ for|available\ (?:only\ )?to|exclusive\ to)\ \w*\ ?(?:subscribers|members)
      | (?:unlimited|full)\ (?:digital\ )?access\ (?:for|to|from)|cancel\ (?:at\ )?any\ ?time|(?:start|begin)\ your\ (?:free\ )?trial
      | (?:log|sign)\ in\ (?:or\ \w+\ )?to\ (?:read|continue)|(?:create|register\ for)\ (?:a\ free|an)\ account\ to
      | choose\ (?:one\ of\ our|your)\ (?:subscription|plan)s?|you(?:\ have|['’]ve)\ reached\ your\ (?:free\ )?(?:article\ )?limit
      | weiterlesen\ mit|jetzt\ (?:abonnieren|weiterlesen|testen|freischalten)|nur\ für\ abonnent\w+|bereits\ abonnent\w*
      | (?:dieser|der)\ (?:artikel|text|inhalt)\ ist\ (?:nur\ )?(?:exklusiv\ )?für\ (?:unsere\ )?abonnent\w+
      | mit\ (?:einem|dem)\ (?:\w+-)?abo\b|jederzeit\ kündbar|monatlich\ kündbar
      | (?:article|contenu)\ (?:est\ )?réservé\ (?:aux|à\ nos)\ abonnés|il\ vous\ reste\ .{1,12}\ de\ cet\ article|abonnez-vous|déjà\ abonné
      | (?:contenido|artículo)\ (?:exclusivo|solo)\ para\ (?:suscriptores|socios)|suscríbete|suscríbase|ya\ (?:eres|soy)\ suscriptor
      | (?:contenuto|articolo)\ (?:riservato|esclusivo)\ (?:agli|per\ gli)\ abbonati|abbonati\ (?:per|ora|subito)|sei\ già\ abbonato
      | (?:alleen|exclusief)\ voor\ abonnees|word\ abonnee|(?:conteúdo|matéria)\ exclusiv[oa]\ para\ assinantes|assine\ (?:já|agora|para)
      | (?:dostęp|treść|artykuł)\ (?:tylko\ )?dla\ (?:subskrybentów|prenumeratorów)|только\ для\ подписчиков|оформите\ подписку
      | (?:para|endast|kun|bare)\ för?\ (?:prenumeranter|abonnenter)|abone\ ol(?:un|arak)?
    )|有料会員|会員限定|この記事は有料|登録して続きを|订阅后|訂閱後|付费阅读|구독(?:하고|자\ 전용)|للمشتركين\ فقط""",
    regex.IGNORECASE | regex.VERBOSE,
)
_CONSENT = regex.compile(
    r"\b(?:cookies?|consent\w*|gdpr|privacy\ (?:policy|settings|choices)|(?:our|and\ our)\ \d*\ ?partners|personali[sz]ed\ ads"
    r"|einwilligung\w*|datenschutz\w*|zustimm\w+|tracking|werbung\ und\ tracking|pur-abo|accepter|consentement|traceurs"
    r"|confidentialité|aceptar|consentimiento|privacidad|consenso|informativa|toestemming|samtycke|samtykke|zgod[aęy]"
    r"|çerez\w*|согласие|куки)\b",
    regex.IGNORECASE | regex.VERBOSE,
)
_LOGIN = regex.compile(
    r"\b(?:sign|log)\ ?(?:in|on)\b|\bpassword\b|\banmelden\b|\bpasswort\b|\bse\ connecter\b|\bmot\ de\ passe\b"
    r"|\biniciar\ sesión\b|\bcontraseña\b|\baccedi\b|\binloggen\b|\bвойти\b|\bпароль\b|ログイン|登录|登入|로그인",
    regex.IGNORECASE | regex.VERBOSE,
)
_NOT_A_PAGE = regex.compile(
    r"(?:enable|turn\ on|requires?|activate)\ javascript|javascript\ (?:is\ )?(?:disabled|required|aktivieren)"
    r"|checking\ your\ browser|verify\ (?:that\ )?you\ are\ (?:a\ )?human|are\ you\ a\ robot|access\ denied|captcha"
    r"|page\ not\ found|404\ error|seite\ (?:wurde\ )?nicht\ gefunden|page\ introuvable",
    regex.IGNORECASE | regex.VERBOSE,
)
_STUB = 300  # characters of prose; less before a paywall is no article
_SHORT_PAGE = 1_500  # characters; a longer text is no notice
_FRONT_LINKS = 6  # headings that are links, on the front page of a section


def is_prose(line: str) -> bool:
    """Whether a line of a page is a paragraph of a story."""
    text = line.strip()
    letters = sum(map(str.isalpha, text))
    dense = len(_DENSE.findall(text))
    if letters < _LEAST_LETTERS and dense < _LEAST_WIDE_LETTERS:
        return False
    if is_boilerplate(text) or _PAYWALL.search(text):
        return False
    return bool(_SENTENCE.search(text) or _UNMARKED.search(text))


def _size(line: str) -> int:
    """Its characters; one of a script without letters says as much as three."""
    return len(line) + 2 * len(_DENSE.findall(line))


def keep_story(text: str) -> str:
    """A page's text without the lines of a paywall."""
    lines = text.splitlines()
    if not any(len(line) < _STUB and _PAYWALL.search(line) for line in lines):
        return text
    return "\n".join(line for line in lines if len(line) >= _STUB or not _PAYWALL.search(line))


def why_no_article(
    tree: HtmlElement, address: str | None
) -> Callable[[str, str, bool], str | None]:
    """Look a page over; what comes tells why there is no article in it, given its text.

    Its arguments: the story that was found, the text around it too, whether the page says of itself
    that it is an article.
    """
    asks = bool(tree.xpath("//input[@type='password']"))
    linked = tree.xpath(
        "//h2[.//a or ancestor::a]|//h3[.//a or ancestor::a]|//h4[.//a or ancestor::a]"
    )
    is_site = bool(tree.xpath("//meta[@property='og:type'][@content='website']"))
    is_front = address is not None and urlsplit(address).path in {"", "/"}
    page = " ".join(tree.text_content().split())[: _SHORT_PAGE * 2]

    def reason(story: str, text: str, marked: bool) -> str | None:
        prose = [line for line in story.splitlines() if is_prose(line)]
        size = sum(map(_size, prose))
        told = [line for line in prose if not _LOGIN.search(line)]
        if asks and sum(map(_size, told)) < 2 * _LEAST_LETTERS:
            return "asks for a login: save the article from your browser and add the file"
        if size < _STUB and (_PAYWALL.search(text) or (not prose and _PAYWALL.search(page))):
            return (
                "only its first words, the rest is for subscribers: open it with your subscription, "
                "save it from your browser and add the file"
            )
        if size < _SHORT_PAGE and _is_notice(_CONSENT, prose, page):
            return "asks for consent to cookies: accept or refuse it in your browser, save the page"
        if size < _STUB and _NOT_A_PAGE.search(story or page):
            return "shows no article to programs: save it from your browser and add the file"
        if (
            not marked
            and len(linked) >= _FRONT_LINKS
            and (is_front or is_site or len(prose) < len(linked))
        ):
            return "a list of stories, as a section's front page is: add the stories, or its feed"
        return None if prose else "no article was found in this page"

    return reason


def _is_notice(words: regex.Pattern[str], prose: list[str], page: str) -> bool:
    """Whether half of what a page says is of this."""
    told = prose or [page]
    about = sum(len(line) for line in told if len(words.findall(line)) >= 2)
    return about > sum(map(len, told)) / 2
