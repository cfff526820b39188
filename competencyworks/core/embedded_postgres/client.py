"""`manage.py dbshell`, with the psql that comes with the server."""

from django.db.backends.postgresql.client import DatabaseClient as PostgreSQLClient

from .server import Server, binaries


class DatabaseClient(PostgreSQLClient):
    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        """The command line of psql, and its environment."""
        (_, *arguments), environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [str(binaries() / "psql"), *arguments], environment

    def runshell(self, parameters):
        """Start the server if need be, then hand over to psql."""
        server = Server(**self.connection.settings_dict["EMBEDDED"])
        server.keep()
        server.start()
        super().runshell(parameters)
