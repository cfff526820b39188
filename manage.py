#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competencyworks.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            "Django is not installed here. Run 'make setup' and use .venv/bin/python."
        ) from error
    from competencyworks.core.refused_start import StartRefused

    try:
        execute_from_command_line(sys.argv)
    except StartRefused as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
