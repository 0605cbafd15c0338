"""Holds the locked dependencies against a file of known holes: ``python -m tools.advisories all.zip``.

The file is what the OSV database gives out for Python, one JSON for each hole, so that it can be fetched elsewhere
and carried to where there is no network. Without a file it only says so. Ends with 1 for a hole.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.M)


@dataclass(frozen=True)
class Hole:
    package: str
    version: str
    name: str
    summary: str


def locked(text: str) -> dict[str, str]:
    """{name: version} of a lock."""
    return {canonicalize_name(name): version for name, version in PINNED.findall(text)}


def holes(packages: dict[str, str], advisories: Path) -> list[Hole]:
    """Every known hole of these versions, each under its first name, those that were withdrawn left out."""
    found = []
    for advisory in _read(advisories):
        for part in advisory.get("affected", []) if not advisory.get("withdrawn") else []:
            name = canonicalize_name(part.get("package", {}).get("name", ""))
            if name in packages and _is_affected(part, packages[name]):
                found.append(Hole(name, packages[name], advisory["id"], advisory.get("summary", "")))
    return sorted(set(found), key=lambda hole: (hole.package, hole.name))


def _read(advisories: Path) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(advisories) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def _is_affected(part: dict[str, Any], version: str) -> bool:
    if version in part.get("versions", []):
        return True
    return any(
        _lies_in(one.get("events", []), Version(version))
        for one in part.get("ranges", [])
        if one.get("type") == "ECOSYSTEM"
    )


def _lies_in(events: list[dict[str, str]], version: Version) -> bool:
    """OSV's ranges: in force from “introduced”, out of force from “fixed” or after “last_affected”."""
    is_in = False
    for event in sorted(events, key=_place):
        kind, at = next(iter(event.items()))
        if kind == "introduced":
            is_in = is_in or at == "0" or version >= Version(at)
        elif (kind == "fixed" and version >= Version(at)) or (
            kind == "last_affected" and version > Version(at)
        ):
            is_in = False
    return is_in


def _place(event: dict[str, str]) -> Version:
    try:
        return Version(next(iter(event.values())))
    except InvalidVersion:
        return Version("0")


def main(arguments: list[str]) -> int:
    if not arguments or not arguments[0]:
        print("依赖没有与已知漏洞核对（ADVISORIES 未设置）。 Dependencies were not held against known holes.")
        return 0
    packages = locked(LOCK.read_text())
    found = holes(packages, Path(arguments[0]))
    for hole in found:
        print(f"{hole.package} {hole.version}: {hole.name} {hole.summary}")
    print(
        f"{len(packages)} 个依赖，{len(found)} 个已知漏洞。 {len(packages)} dependencies, {len(found)} known holes."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
