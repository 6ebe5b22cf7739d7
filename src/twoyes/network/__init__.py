"""How near people are to each other. The path index is a library of its own and needs no database."""

from twoyes.network.warm import WarmIndex, WarmPath

__all__ = ["WarmIndex", "WarmPath"]
