"""Mail that comes in. What it says is read without a framework: `from twoyes.mail.incoming import understand`."""

from twoyes.mail.incoming.understanding import understand

__all__ = ["understand"]
