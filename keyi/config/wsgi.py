import gc
import os

from django.core.wsgi import get_wsgi_application

from keyi.core.garbage import look_seldom

from .environment import SECRETS

os.environ["KEYI_PROGRAM"] = "web"
look_seldom()

application = get_wsgi_application()

from keyi.search import follow, index  # noqa: E402 - only now that the apps are loaded

index.warm()
follow.start()

# The settings have been read. The server would copy the environment into every request.
for name in SECRETS:
    os.environ.pop(name, None)

# The program stays as it is from here on: looking through it for what can be freed stops every thread of this process.
gc.collect()
gc.freeze()
