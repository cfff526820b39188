from django.db import models


class SweepRun(models.Model):
    """
    When a sweep last ran, and how it went: one row a sweep, kept by `core.sweeps`.

    It is the schedule that all workers share, and what staff see of the work in the background.
    """

    name = models.CharField(max_length=200, primary_key=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    more_waits = models.BooleanField(
        default=False, help_text="It has done part of its work, and continues ahead of schedule."
    )
    failures = models.PositiveIntegerField(default=0, help_text="Failures in a row so far.")
    error = models.TextField(blank=True, help_text="Traceback of the last failure.")

    class Meta:
        ordering = ["name"]
        verbose_name = "recurring task"
        verbose_name_plural = "recurring tasks"

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """Its name, for people: 'Send waiting mail'."""
        return self.name.rpartition(".")[2].replace("_", " ").capitalize()

    @property
    def state(self) -> str:
        """How it goes, in a word or a few."""
        if self.failures:
            return "Failed" if self.failures == 1 else f"Failed {self.failures} times in a row"
        if self.started_at is None:
            return "Has not run yet"
        if self.finished_at is None or self.finished_at < self.started_at:
            return "Running"
        return "More to do" if self.more_waits else "OK"
