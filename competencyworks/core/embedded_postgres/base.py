"""Django's PostgreSQL backend, with the server started when a connection needs it."""

from ..postgresql import base as postgresql
from .client import DatabaseClient
from .server import Server


class DatabaseWrapper(postgresql.DatabaseWrapper):
    client_class = DatabaseClient
    ctype_advice = (
        "The folder of the embedded server was made by an earlier version of this site, and cannot "
        "be changed. Remove it with 'make clean', which also removes all demo content; 'make "
        "demo' then creates it again."
    )

    def ask(self, seconds):
        Server(**self.settings_dict["EMBEDDED"]).keep()
        super().ask(seconds)

    def get_new_connection(self, conn_params):
        """
        Connect, having started the server if it does not live.

        Raises OperationalError when it does not come up, or when it has a reason of its own
        to refuse: no such database, too many connections.
        """
        server = Server(**self.settings_dict["EMBEDDED"])
        server.keep()
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            server.start()
        return super().get_new_connection(conn_params)
