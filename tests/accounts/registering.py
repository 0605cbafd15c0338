"""What somebody types on 注册, and the proof of work a browser would add."""

import json
import struct
from base64 import b64encode
from hashlib import pbkdf2_hmac
from itertools import count

from tests.world import World


def typed(world: World, **values: str) -> dict[str, str]:
    return {
        "identity": "institution_admin", "uscc": "12430000MB0000035P", "unit_name": "岳麓材料研究所",
        "nature": "institute", "division": world.yuelu.pk, "real_name": "周明", "mobile": "13900001234",
        "email": "zhou@example.org", "username": "yuelu_lab", "password": "Qing-feng-2026", "agree": "on",
        "password_again": "Qing-feng-2026",
    } | values  # fmt: skip


def solve(challenge: dict) -> str:
    """What the browser hands in."""
    parameters = challenge["parameters"]
    nonce, salt = bytes.fromhex(parameters["nonce"]), bytes.fromhex(parameters["salt"])
    for counter in count():
        password = nonce + struct.pack(">I", counter)
        key = pbkdf2_hmac("sha256", password, salt, parameters["cost"], parameters["keyLength"]).hex()
        if key.startswith(parameters["keyPrefix"]):
            break
    solution = {"counter": counter, "derivedKey": key}
    return b64encode(json.dumps({"challenge": challenge, "solution": solution}).encode()).decode()
