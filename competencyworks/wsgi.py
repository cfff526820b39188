"""The WSGI application: what granian serves."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from competencyworks.core.refused_start import StartRefused

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competencyworks.settings")


def look_at_database() -> None:
    """
    Connect once, so that a database that cannot be worked with ends the process at its start
    (StartRefused). One that is away is no reason: it may come back.
    While connected, warn of what only the database can tell to be wrong.
    """
    from django.db import Error, connection

    from competencyworks.accounts import required_roles

    try:
        connection.ensure_connection()
        required_roles.warn()
    except Error:
        pass
    finally:
        connection.close()


try:
    application = get_wsgi_application()
    look_at_database()
except StartRefused as error:
    sys.exit(str(error))
