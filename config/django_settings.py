"""Django's settings module, for programs that insist on one (type checker, test runner, manage).

The product itself configures Django through ``config.app``; both use ``config.django_conf``.
"""

from config.django_conf import django_conf
from config.settings import read_settings

globals().update(django_conf(read_settings()))
