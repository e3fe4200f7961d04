"""How many open reports lie in each coarse cell of the public map."""

from django.db import models

ALL_CATEGORIES = 0
LEVELS = (3, 5)
"""Cells of zoom 20 to the power of two along a side: about 240 and 950 metres in the middle latitudes."""


class MapCell(models.Model):
    """A ledger: each row adds to a cell or takes from it, and a cell's figures are the sums of its rows.

    Triggers write it in the transaction of the change itself (migration ``0006_map_cells``): nothing waits for a row
    of somebody else, and no two changes can lock each other out. A job folds a cell's rows into one now and then.
    Only points as they are shown enter: rounded where the category is sensitive. ``sum_id`` names the report of a
    cell that holds one.
    """

    level = models.PositiveSmallIntegerField()
    category_id = models.BigIntegerField(default=ALL_CATEGORIES, help_text="0 stands for all categories.")
    x = models.IntegerField()
    y = models.IntegerField()
    reports = models.IntegerField()
    sum_x = models.BigIntegerField()
    sum_y = models.BigIntegerField()
    sum_id = models.BigIntegerField()

    class Meta:
        indexes = [
            # map: cells of a view
            models.Index(
                fields=["level", "category_id", "x", "y"],
                name="map_cell_place",
                include=["reports", "sum_x", "sum_y", "sum_id"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.x}/{self.y}"
