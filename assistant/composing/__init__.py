"""From findings to what a reader sees: wording and suggestions."""
