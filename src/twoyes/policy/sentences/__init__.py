"""The sentences that a connector may choose as house rules, in the order in which they are read out (N3).

To add one: a file named like its id, holding RULE; its place in ORDER; a case in tests/web/chosen.py, which the
public form is tested with. What is not chosen does not act. Wishes, two yeses, one ask and spacing are no rules:
nothing overrides them.
"""

from twoyes.policy.sentences import (
    ask_length,
    brain_picking,
    closed,
    lapse,
    no_benefit,
    no_go,
    no_show,
    not_known,
    outcome_owed,
    pause,
    places,
    sales_pitch,
    spacing,
    talk_first,
    too_few_weeks,
    too_many_open,
    too_new,
    topics,
)

ORDER = (
    # Whom I introduce.
    not_known,
    too_new,
    too_few_weeks,
    places,
    talk_first,
    # What I introduce for.
    no_benefit,
    sales_pitch,
    brain_picking,
    topics,
    no_go,
    # How much, and what comes after.
    too_many_open,
    spacing,
    outcome_owed,
    no_show,
    # When.
    lapse,
    ask_length,
    closed,
    pause,
)
SENTENCES = tuple(module.RULE for module in ORDER)
BY_ID = {rule.id: rule for rule in SENTENCES}
