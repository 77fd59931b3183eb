"""How the shipped weights were made, start to finish."""
