#!/usr/bin/env python
"""Django's command line, with the program's own database started when none is named."""

import sys

from keyi.cli import main

if __name__ == "__main__":
    main(["manage", *sys.argv[1:]])
