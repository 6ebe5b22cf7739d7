"""What arrives, read: a pure function from the bytes of a message to what they are and say."""

from twoyes.mail.incoming.understanding.understanding import understand
from twoyes.mail.incoming.understanding.understood import Bounced, Kind, Meaning, Meeting, Understood

__all__ = ["Bounced", "Kind", "Meaning", "Meeting", "Understood", "understand"]
