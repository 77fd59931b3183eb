"""Lines that stand in an article without being part of the story.

They stay in the article's text, which is kept as it came, but never become a passage: nobody should
be answered with a newsletter offer, and an address is no evidence.
"""

from __future__ import annotations

import re

_LONGEST = 400  # characters; anything longer that starts like boilerplate is a real paragraph

_STARTS = re.compile(
    r"""\s*[\W_]*(?:
        to\ contact\ the\ (?:reporters?|authors?|editors?|writers?)\b
      | (?:reporting|additional\ reporting|writing|editing|edited)\ by\ (?-i:[A-Z])
      | (?:©|\(c\)|&copy;)
      | copyright\s*(?:©|\(c\)|&copy;|by\b|:|\d{4}\b|$)
      | copyright\ [^.]{1,60}\b(?:19|20)\d\d\W*$
      | (?:read|see|watch|listen)\ (?:more|also|next|now)\b
      | (?:related|recommended|most\ read|trending)\ (?:articles?|stories|topics|reading|content)\b
      | (?:sign\ up|subscribe|register)\ (?:here|now|today|to|for)\b
      | (?:follow|find|like|join)\ us\ on\b
      | (?:click|tap)\ here\b
      | (?:continue\ reading|share\ this|print\ this|skip\ to)\b
      | (?:advertisement|sponsored(?:\ (?:by|content|post)\b.*)?)\W*$
      | (?:this\ (?:article|story)\ (?:was|is|has\ been)\ (?:originally|first)\ published)
      | (?:we|this\ (?:site|website))\ uses?\ cookies\b
      | (?:e-?mail|write\ to|contact)\s*:?\ \S+@\S+
      | (?:terms\ of\ (?:use|service)|privacy\ policy)\s*(?:\W(?!\w).*)?$
      | (?:have|got)\ a\ (?:news\ )?(?:tip|story)(?:\ to\ share)?\?
      | (?:this\ (?:article|story))\ (?:was|has)\ not\ (?:been\ )?edited\ by\b
      | the\ (?:views|opinions)\ expressed\ (?:in\ this|here|are)\b
      | our\ standards:
      # what blogs add to the entries of their feeds
      | (?:the\ (?:post|article)|der\ beitrag|l[’']article|el\ art[ií]culo|la\ entrada|l[’']articolo
          |il\ post|o\ post|het\ bericht)\ .{1,200}
        \ (?:appeared\ first\ on|first\ appeared\ on|erschien\ zuerst\ auf
          |est\ apparu\ en\ premier\ sur|(?:se\ publicó|apareció)\ primero\ en|proviene\ da
          |apareceu\ primeiro\ em|verscheen\ eerst\ op)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SHORT = 160  # characters; the longest line that a page puts around its story
# Whole lines, so that a sentence which only begins so stays in the story.
_SHORT_LINES = re.compile(
    r"""[\W_]*(?:
        # what is pressed
        (?:menu|search|home|share|tweet|print|e-?mail|save|close|comments?|log\ ?in|sign\ ?in
          |subscribe|copy\ link|listen|loading|next|previous|show\ more|load\ more|top\ stories)
      | share\ (?:this\ )?(?:on|via|by)\ [\w\ ]{1,30}
      | (?:accept|reject|allow|manage)(?:\ all)?(?:\ your|\ my)?\ cookies?(?:\ \w+)?
      | cookies?\ (?:policy|settings|preferences|notice)
      | we\ value\ your\ privacy
      | (?:view|show|read|post|leave|add)\ (?:all\ |a\ )?(?:\d+\ )?comments?
      | \d+\ (?:comments?|shares?|min(?:ute)?s?\ read)
      | (?:story|article)\ continues\ (?:below|after)[\w\ ]{0,40}
        # what else there is to read
      | (?:also\ |must\ )?(?:read|watch|see|listen|more|related|gallery|in\ pictures|video)\s*:\ .*
      | more\ (?:on\ this\ (?:story|topic)|stories|from\ (?:this|the\ same)\ \w+)
      | you\ (?:may|might)\ also\ (?:like|be\ interested\ in)
      | (?:recommended\ for\ you|what\ to\ read\ next|up\ next|latest\ (?:news|stories|headlines))
        # what is offered
      | (?:get|receive|want|have|enter)\ .*\b(?:newsletter|(?:in|to)\ your\ inbox)\b.*
      | download\ (?:the|our)\ [\w\ ]{0,30}app\b.*
      | support\ (?:our|independent|quality)\ journalism\b.*
      | (?:become\ a\ (?:member|subscriber)|donate)(?:\ (?:now|today|here))?
        # captions
      | (?:file\ )?(?:photo(?:graph)?|image|picture|caption)s?(?:\ credit|\ by)?\s*:\ .*
      | (?:photo(?:graph)?|image|picture)s?\ (?:by|credit|courtesy\ of|courtesy)\ (?-i:[A-Z])[^.]*
      | file\ photo\b.*
    )[\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)
# The credit that ends a caption. Without a full stop, which would end a sentence about an agency.
_CREDIT = re.compile(
    r".*(?:\((?:AP|PA)\ Photo/[^()]+\)|\bREUTERS/[A-Z][\w.’'\ -]{1,40}"
    r"|(?:/|\bvia\ |\()(?:Getty\ Images|AFP|Shutterstock|Alamy)(?:/[\w\ ]+)?\)?)\s*",
    re.VERBOSE,
)
_ANYWHERE = re.compile(
    r"all\ rights\ reserved|may\ not\ be\ (?:published|reproduced|redistributed)"
    r"|you\ agree\ to\ (?:our|the|its)\b",
    re.IGNORECASE | re.VERBOSE,
)


def is_boilerplate(paragraph: str) -> bool:
    """Whether a whole paragraph is no part of a story.

    A contact, credit or copyright line, a caption, a button's words, a pointer to another story, an
    offer of a newsletter or of cookies.
    """
    if len(paragraph) > _LONGEST:
        return False
    if len(paragraph) <= _SHORT and _SHORT_LINES.fullmatch(paragraph):
        return True
    return bool(
        _STARTS.match(paragraph) or _ANYWHERE.search(paragraph) or _CREDIT.fullmatch(paragraph)
    )
