"""A reading model finds candidate answers in passages, in their context."""
