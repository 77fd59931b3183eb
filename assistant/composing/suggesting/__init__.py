"""Questions to suggest: made from the articles' own sentences, kept where those answer them."""

from assistant.composing.suggesting.suggest import suggest_after, suggest_from

__all__ = ["suggest_after", "suggest_from"]
