from django.core.exceptions import ImproperlyConfigured


class StartRefused(ImproperlyConfigured):
    """
    This process will not work as it is set up. Its words say what to change, so that manage.py and
    the WSGI application print them alone, without a traceback.
    """
