"""The platform's settings with a bare view beside its pages, to compare with."""

from keyi.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
