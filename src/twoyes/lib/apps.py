from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "twoyes.lib"
    label = "lib"
