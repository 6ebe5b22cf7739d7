from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "twoyes.policy"
    label = "policy"
