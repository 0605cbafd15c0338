#!/bin/sh
# What the browser tests need: a Chromium, its driver and a Chinese font.
[ -n "$KEYI_CHROMIUM" ] && exec ./tools/apt.sh fonts-noto-cjk
if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then # there the package only leads to a snap
    ./tools/apt.sh fonts-noto-cjk && .venv/bin/python -m playwright install --with-deps chromium
else
    ./tools/apt.sh chromium chromium-driver fonts-noto-cjk || exit 1
    # The same browser without its windows, where there is one, asks less of the machine; the tests do without it.
    timeout 180 ./tools/apt.sh chromium-headless-shell 2>/dev/null || true
fi
