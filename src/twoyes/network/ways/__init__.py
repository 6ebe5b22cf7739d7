"""Whom to ask: the warmest ways from one person to another through a connector's own book, each with its reasons."""
