from django.apps import AppConfig


class IntroductionsConfig(AppConfig):
    name = "twoyes.introductions"
    label = "introductions"
