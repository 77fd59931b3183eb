"""From articles to passages, vectors and copies, stored in one transaction."""
