"""The conversation: asking, the answer as it grows, and what stands before the first question."""
