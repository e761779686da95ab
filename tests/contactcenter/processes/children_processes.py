"""What small children do in place of the product's processes; each leaves a file named after it, with what it was told."""

import json
import os
import signal
import socket
import sys
from pathlib import Path


def main(behaviour: str, name: str) -> int:
    mark = Path(os.environ["VAR"]) / "seen" / f"{name}.{os.getpid()}"
    mark.parent.mkdir(exist_ok=True)
    mark.with_suffix(".new").write_text(json.dumps(dict(os.environ)))
    mark.with_suffix(".new").rename(mark.with_suffix(f".{os.getpid()}.json"))
    match behaviour:
        case "web" | "forking" if behaviour == "web" or os.fork() == 0:
            listener = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])))
            while True:
                with listener.accept()[0] as line:
                    line.recv(1000)
                    line.sendall(b"HTTP/1.0 200 OK\r\n\r\n%d" % os.getpgrp())
        case "silent":
            listener = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])))
            while True:
                listener.accept()[0].close()
        case "falls":
            print("the roof leaks", flush=True)
            return 3
        case "stubborn":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print("deaf", flush=True)
            while True:
                signal.pause()
        case "ready":
            return 0
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
