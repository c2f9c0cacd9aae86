"""Platforms on this machine that do what their documents say; each counts what got out."""
