"""The house rules about a request, in the order in which they are read out.

To add one: a file named like its code, holding RULE; its place in ORDER; its words, in each language under
`words/` (docs/screening.md); three texts that meet it and three that do not in tests/policy/examples.py.
"""

from twoyes.policy.rules import (
    against_wishes,
    big_ask,
    brain_picking,
    contact_details_wanted,
    generic,
    gift_nobody_wants,
    no_ask,
    no_benefit,
    no_homework,
    no_who,
    no_why,
    no_why_now,
    one_sided,
    placeholder,
    repeat,
    sales_pitch,
    self,
    suspicious,
    too_long,
    too_short,
    too_soon,
    vague_ask,
)

ORDER = (
    # What sends a request back.
    self,
    placeholder,
    contact_details_wanted,
    sales_pitch,
    # What is missing.
    no_who,
    no_why,
    no_why_now,
    no_ask,
    no_benefit,
    no_homework,
    # What could be better.
    one_sided,
    gift_nobody_wants,
    brain_picking,
    vague_ask,
    big_ask,
    generic,
    too_short,
    too_long,
    # For the connector alone.
    suspicious,
    # What is known of the two people.
    repeat,
    against_wishes,
    too_soon,
)
# Never told to whoever wrote the words (PROTOCOL, "What the requester learns").
PRIVATE = frozenset({suspicious.RULE.code})
RULES = tuple(module.RULE for module in ORDER)
