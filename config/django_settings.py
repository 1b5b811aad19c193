"""Django's settings module, for programs that insist on one (type checker, test runner, manage).

The product itself configures Django through ``config.app`` (work) and ``config.web_conf`` (pages).
"""

from config.settings import read_settings
from config.web_conf import web_conf

globals().update(web_conf(read_settings(), secret="for tests and types only"))  # noqa: S106
