"""Collections on a WebDAV server, read and never written: address books (RFC 6352) and calendars (RFC 4791)."""

from twoyes.lib.dav.client import SECONDS, Server, Wanted
from twoyes.lib.dav.finding import DAV, Described, collections, parsed

__all__ = ["DAV", "SECONDS", "Described", "Server", "Wanted", "collections", "parsed"]
