"""The wishes of whom would be asked come first (B4): a format they do not take, a topic they do not want."""

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _
from twoyes.policy.wished import fields_against


def check(told: Told, facts: Facts) -> list[str]:
    return fields_against(told, facts.formats_taken, facts.unwelcome)


RULE = Rule(
    code="against_wishes",
    sentence=_("This is not what the one to be asked wishes."),
    mend=_("Return it with help, or ask somebody else. There is no way around a wish."),
    check=check,
)
