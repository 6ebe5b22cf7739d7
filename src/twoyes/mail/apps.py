from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "twoyes.mail"
    label = "mail"
