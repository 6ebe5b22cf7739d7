"""How somebody logs in has changed: a notice to them, in case it was not they who did it."""

from django.utils.translation import gettext_lazy

from twoyes.mail.letters.base import Composed, LetterFacts, render

# What changed, by the word under which it was queued (`introductions.login_changed`).
_CHANGES = {
    "passkey_added": gettext_lazy("A passkey was added. Whoever holds it can log in to your desk."),
    "passkey_removed": gettext_lazy("A passkey was removed. It opens nothing any more."),
    "app_added": gettext_lazy("An authenticator app was added. Its codes are asked for from now on."),
    "app_removed": gettext_lazy("The authenticator app was removed. Its codes are not asked for any more."),
    "codes_made": gettext_lazy("New codes on paper were made. The old ones end."),
}


def login_changed(facts: LetterFacts) -> Composed:
    """Return the notice; link to the page of logins. It names no device: a name is of its owner's choice."""
    return render("login_changed", facts, change=_CHANGES[facts.code])
