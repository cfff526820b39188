"""The worker: runs tasks that acts have set off, and sweeps when they are due."""

import logging
import math
import os
import signal
import socket
import time

from django.core.management.base import BaseCommand
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
    transaction,
)
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TasksWorker
from django_tasks_db.models import DBTaskResult

from competencyworks.core.background.locks import held
from competencyworks.core.background.sweeps import discover, due_names, registry, run_if_due
from competencyworks.core.background.task_care import lock_of

logger = logging.getLogger("competencyworks.worker")

TASKS_IN_A_ROW = 20  # then the sweeps have their turn
STEP = 0.2  # seconds between two looks at whether to stop
LONGEST_PAUSE = 30.0  # seconds between two tries to reach the database


class Worker:
    """Tasks and sweeps in turn, one at a time, until told to stop."""

    def __init__(self, *, interval: float):
        host = socket.gethostname()[:40]
        self.worker_id = f"{host}:{os.getpid()}:{get_random_string(8)}"
        self.interval = interval
        self.stopping = False
        # Of the package's own worker only what runs a claimed task is used: its loop knows
        # no sweeps, and closes the connection under a test's transaction.
        self.tasks = TasksWorker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.worker_id,
            excluded_queue_names=[],
        )

    def stop(self, signum: int, frame: object) -> None:
        """Signal handler: finish what is under way. A second signal ends the process at once."""
        logger.info("%s: finishing what is under way.", signal.Signals(signum).name)
        self.stopping = True
        signal.signal(signum, signal.SIG_DFL)

    def turn(self) -> bool:
        """Run some ready tasks, then one slice of each due sweep. Tells whether there was any."""
        busy = False
        for _ in range(TASKS_IN_A_ROW):
            if self.stopping or not self.run_next_task():
                break
            busy = True
        for name in due_names():
            if self.stopping:
                break
            busy |= run_if_due(name)
        if not connection.in_atomic_block:  # as it is in a test
            close_old_connections()
        return busy

    def run_next_task(self) -> bool:
        """Claim the task that comes first and run it. Tells whether there was one."""
        with transaction.atomic():
            task = DBTaskResult.objects.ready().get_locked()
            if task is None:
                return False
            task.claim(self.worker_id)
        # By this lock the others know that the task's worker is alive.
        with held(lock_of(task.pk)):
            self.tasks.run_task(task)
        return True

    def run_once(self) -> None:
        """Run all that is ready or due, and what comes of it, until nothing is left."""
        while not self.stopping and self.turn():
            pass

    def run(self) -> None:
        """Run until told to stop. While the database cannot be reached, wait and try again."""
        pause = self.interval
        while not self.stopping:
            try:
                busy = self.turn()
            except (OperationalError, InterfaceError) as error:
                logger.warning("No database: %s Trying again in %.0f s.", error, pause)
                connections.close_all()
                self.wait(pause)
                pause = min(max(pause, STEP) * 2, LONGEST_PAUSE)
                continue
            if pause != self.interval:
                logger.info("The database is back.")
                pause = self.interval
            if not busy:
                self.wait(self.interval)

    def wait(self, seconds: float) -> None:
        """Sleep in steps, as a signal does not cut a sleep short."""
        for _ in range(math.ceil(seconds / STEP)):
            if self.stopping:
                return
            time.sleep(min(STEP, seconds))


class Command(BaseCommand):
    help = "Run background tasks and scheduled work. Several workers can run side by side."

    def add_arguments(self, parser):
        parser.add_argument(
            "--once",
            action="store_true",
            help="Run everything that is ready or due, then exit: for tests, or from cron.",
        )
        parser.add_argument(
            "--interval",
            type=float,
            default=1.0,
            help="Seconds between checks of the database when there is nothing to do.",
        )

    def handle(self, *, once: bool, interval: float, **options) -> None:
        worker = Worker(interval=interval)
        discover()
        if once:
            worker.run_once()
            return
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, worker.stop)
        logger.info("Worker %s started, with %d sweeps.", worker.worker_id, len(registry))
        try:
            worker.run()
        except Exception:
            # A fault of the worker itself: into the log, in its form, rather than onto the screen.
            logger.exception("Worker %s ends because of a fault.", worker.worker_id)
            raise SystemExit(1) from None
        logger.info("Worker %s stopped.", worker.worker_id)
