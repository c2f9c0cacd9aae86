"""The query language: read, matched with texts, told in words."""
