"""Folders and feeds, looked at again and again."""
