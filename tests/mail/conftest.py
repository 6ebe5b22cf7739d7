"""What only the tests of mail share."""

from __future__ import annotations

import pytest

from tests.support.relay import Session


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def pipelining(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run the test against relays that take commands one by one, and against those that offer PIPELINING (RFC 2920)."""
    monkeypatch.setattr(Session, "pipelining", request.param)
    return bool(request.param)
