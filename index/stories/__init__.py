"""Copies and versions of one story."""
