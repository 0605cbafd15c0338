"""A virus scanner for tests, in clamd's protocol: it finds one thing, the word EICAR."""

import socketserver
import struct
import threading


class Clamd:
    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.answer = ""  # instead of what it would say
        clamd = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                word = b""
                while not word.endswith(b"\0"):
                    word += self.rfile.read(1)
                said = clamd.answer or ("PONG" if word == b"zPING\0" else clamd.judge(self.content()))
                self.wfile.write(said.encode() + b"\0")

            def content(self) -> bytes:
                content = b""
                while size := struct.unpack("!L", self.rfile.read(4))[0]:
                    content += self.rfile.read(size)
                return content

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.place = f"127.0.0.1:{self.server.server_address[1]}"

    def judge(self, content: bytes) -> str:
        self.seen.append(content)
        return "stream: Eicar-Test-Signature FOUND" if b"EICAR" in content else "stream: OK"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
