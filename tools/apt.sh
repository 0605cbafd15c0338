#!/bin/sh
# Install the Debian packages that are missing, if we may; otherwise say which ones to install.
missing=""
for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
    sudo -n true 2>/dev/null || as_root="none"
fi
if [ "$as_root" = none ] || ! command -v apt-get >/dev/null; then
    echo "请先安装：sudo apt-get install$missing。 Please install first: sudo apt-get install$missing" >&2
    exit 1
fi
echo "安装$missing … Installing$missing …"
$as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends $missing >/dev/null || {
    echo "没有装上$missing，请检查网络后重试。 Could not install$missing: check the network and try again." >&2
    exit 1
}
