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
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ANYWHERE = re.compile(
    r"all\ rights\ reserved|may\ not\ be\ (?:published|reproduced|redistributed)"
    r"|you\ agree\ to\ (?:our|the|its)\b",
    re.IGNORECASE | re.VERBOSE,
)


def is_boilerplate(paragraph: str) -> bool:
    """Whether a whole paragraph is a contact, credit, copyright, "read more" or sign-up line."""
    if len(paragraph) > _LONGEST:
        return False
    return bool(_STARTS.match(paragraph) or _ANYWHERE.search(paragraph))
