"""The sample articles: written for this project; outlets and authors invented, facts of record."""
