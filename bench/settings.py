"""The platform's settings with a bare view beside its pages, to compare with."""

from keyi.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
ASKED_PER_MINUTE = 1_000_000_000  # all of its visitors have one address
