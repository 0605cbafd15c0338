"""How often Python looks for objects that only hold each other.

Its own measure, after 700 new ones, is made for small programs: a start of ours makes far more and frees hardly any.
"""

import gc

NEW_OBJECTS = 10_000


def look_seldom() -> None:
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
