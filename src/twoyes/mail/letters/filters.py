"""What the letters' templates can do with words."""

from django import template

from twoyes.lib import spoken

register = template.Library()
register.filter("quoted", spoken.quoted)
