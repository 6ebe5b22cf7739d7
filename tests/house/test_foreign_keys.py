"""A room's tables may point at the rooms below, never up, and nothing points back."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from tests.support.source import ROOMS

BENEATH_ALL = "auth"

type Relation = models.ForeignKey[models.Model] | models.ManyToManyField[models.Model, models.Model]


def _relations() -> Iterator[Relation]:
    """Every relation that a table of ours declares; one-to-one is a kind of foreign key."""
    for model in apps.get_models():
        if model._meta.app_label in ROOMS:
            for field in (*model._meta.fields, *model._meta.many_to_many):
                if isinstance(field, models.ForeignKey | models.ManyToManyField):
                    yield field


RELATIONS = list(_relations())


def floor(label: str) -> int:
    """How high the room lies; accounts lie beneath all."""
    return -1 if label == BENEATH_ALL else ROOMS.index(label)


def _goal(field: Relation) -> type[models.Model]:
    assert isinstance(field.related_model, type), f"{field} points at something that is not installed"
    return field.related_model


def test_there_are_relations_to_look_at() -> None:
    assert len(RELATIONS) > 5


@pytest.mark.parametrize("field", RELATIONS, ids=str)
def test_it_points_down_or_at_its_own_room(field: Relation) -> None:
    assert floor(_goal(field)._meta.app_label) <= floor(field.model._meta.app_label)


@pytest.mark.parametrize("field", RELATIONS, ids=str)
def test_nothing_leads_back_up(field: Relation) -> None:
    assert field.remote_field.related_name == "+"
