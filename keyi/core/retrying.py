"""How jobs that need somebody else, such as a mail server, are tried again."""

from procrastinate import RetryStrategy

# After 9 s, 27 s, 81 s and so on, the last time after 16 hours: an outage of a day loses nothing.
PATIENTLY = RetryStrategy(max_attempts=10, exponential_wait=3)
