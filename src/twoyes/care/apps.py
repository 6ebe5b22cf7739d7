from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "twoyes.care"
    label = "care"
