"""The articles of the index: adding to them, the list, and what is told of them."""
