"""Nothing is shown as supported unless it is: quotes to the character, written sentences by what
the passages say.
"""

from assistant.judging.quotes import check_nearest, check_quotes, check_short
from assistant.judging.sentences import Claim, Given, SentenceCheck

__all__ = ["Claim", "Given", "SentenceCheck", "check_nearest", "check_quotes", "check_short"]
