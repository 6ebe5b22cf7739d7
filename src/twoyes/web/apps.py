from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "twoyes.web"
    label = "web"
