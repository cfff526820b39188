"""
A PostgreSQL of the project's own, for demo, development and tests.

`server` finds, sets up, starts and stops it; `base` is the Django backend that does so at a
connection; `watchdog` is the process that stops it once nobody uses it; `client` is dbshell.

Three locks in the server's folder carry all of it. The kernel drops a lock when its process
ends, however it ends, so nothing has to be tidied up after a kill:

- `users.lock`: shared, held by every process that ever connected, and by its forks;
- `start.lock`: exclusive, held while the server is set up, started or stopped;
- `watchdog.lock`: exclusive, held by the watchdog for its life.
"""
