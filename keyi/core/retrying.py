"""How jobs are tried again: those that need somebody else, such as a mail server, and those a restart disturbed."""

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy

# After 9 s, 27 s, 81 s and so on, the last time after 16 hours: an outage of a day loses nothing.
PATIENTLY = RetryStrategy(max_attempts=10, exponential_wait=3)

# Work on our own database that goes on where it stopped: after 2 s, 7 s, 12 s and so on, for a quarter of an hour.
# Without it a job whose connection is cut would be given up, and what waits for it would wait for ever.
UNTIL_THE_DATABASE_IS_BACK = RetryStrategy(
    max_attempts=20, wait=2, linear_wait=5, retry_exceptions=(OperationalError, InterfaceError)
)
