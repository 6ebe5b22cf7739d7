from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "twoyes.people"
    label = "people"
