"""How often Python looks for objects that only hold each other.

By default after 700 new ones, which is made for small programs: a page makes some ten thousand, and nearly all are
freed without looking. A start of ours, which frees nothing, takes a tenth less time like this; a page some hundredths.
"""

import gc

NEW_OBJECTS = 10_000


def look_seldom() -> None:
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
