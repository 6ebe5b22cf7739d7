"""What the desk calls the reasons, tones, languages and consolations of a kind no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

WHY = {
    "not_known": gettext_lazy("I don't know you well enough yet"),
    "target_not_known": gettext_lazy("I don't know them well enough"),
    "not_a_fit": gettext_lazy("Not a fit"),
    "no_benefit": gettext_lazy("Nothing in it for them"),
    "too_soon": gettext_lazy("Too soon"),
    "my_rule": gettext_lazy("I keep to my rule"),
    "not_said": gettext_lazy("I'd rather not say"),
}
TONES = {"direct": gettext_lazy("direct"), "indirect": gettext_lazy("indirect")}
# Each by its own name: whoever looks for one knows how it is spelled.
LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
CONSOLATIONS = {
    "another": gettext_lazy("Somebody else to ask"),
    "earn": gettext_lazy("What would earn it"),
    "come_back": gettext_lazy("Come back on a day"),
    "write_yourself": gettext_lazy("Write to them yourself"),
    "resource": gettext_lazy("Something from my list"),
    "": gettext_lazy("Nothing"),
}
