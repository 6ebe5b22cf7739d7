"""A line of the log says what failed and where, and nothing that anybody wrote."""

import pytest

from twoyes.lib import addresses, logs
from twoyes.lib.errors import Refused


@pytest.mark.case("E22")
def test_a_failure_is_described_by_its_kind_and_place_alone() -> None:
    with pytest.raises(Refused) as refused:
        addresses.parse("Rita <rita@asks.example>")
    said = logs.describe(refused.value)
    assert said.startswith("Refused in addresses, line ")
    assert "rita" not in said.lower()
    assert logs.describe(ValueError("rita@asks.example")) == "ValueError"


@pytest.mark.case("E22")
def test_a_login_link_is_scrubbed_from_a_path() -> None:
    assert logs.scrub("Not Found: /accounts/link/1-2-3.abc") == "Not Found: /accounts/link/[token]"
