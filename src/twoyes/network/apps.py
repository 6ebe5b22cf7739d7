from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "twoyes.network"
    label = "network"
