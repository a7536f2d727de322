"""What goes wrong on a cluster: machines that die, a recording that kills, a store that falls silent."""

import socket
import threading

from tests.old_host import LOOPBACK

# What happens to a machine, in every process of the cluster: one recording crashes whatever decodes it,
# whoever opens another one for the first time is killed, and, where a test wants it, who has heard a batch
# before it can say so. What is loaded, heard and made is written down.
FAULTS = (
    """
import os, signal, sys
notes = os.environ["NOTES"]
def die_once(marker):
    if not os.path.exists(marker):
        os.mkdir(marker)
        os.kill(os.getpid(), signal.SIGKILL)
def watch(event, arguments):
    if event == "open" and "poison" in str(arguments[0]) and "/audio." in str(arguments[0]):
        os.kill(os.getpid(), signal.SIGKILL)
    if event == "open" and "unlucky" in str(arguments[0]) and "/audio." in str(arguments[0]):
        die_once(os.path.join(notes, "killed"))
    if event == "os.remove" and "/hearing/" in str(arguments[0]) and os.path.exists(notes + "/deaf"):
        die_once(os.path.join(notes, "deafened"))
    if event == "os.rename" and "/hearing/" in str(arguments[1]):
        note(f"heard {arguments[1]}")
    if event == "os.rename" and str(arguments[1]).endswith(("/master.mp3", "/transcript.raw.json")):
        note(f"made {arguments[1]}")
    if event == "open" and str(arguments[0]).endswith(".pt"):
        note(f"loaded by {os.getpid()} of {os.getppid()}")
def note(line):
    with open(notes + "/log", "a") as file:
        file.write(line + chr(10))
sys.addaudithook(watch)
"""
    + LOOPBACK
)


class Relay:
    """Stands before a store; while it is `held`, it takes requests and answers nothing.

    While it is `shut`, it hangs up on whoever asks.
    """

    def __init__(self, port: int) -> None:
        self.held, self.shut = threading.Event(), threading.Event()
        self._port = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                one, _ = self._server.accept()
            except OSError:
                return  # closed
            if self.shut.is_set():
                one.close()
                continue
            other = socket.create_connection(("127.0.0.1", self._port))
            for ends in ((one, other), (other, one)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while not self.shut.is_set() and (content := source.recv(65536)):
                if not self.held.is_set():
                    target.sendall(content)
        except OSError:
            pass
        for end in (source, target):
            end.close()

    def close(self) -> None:
        self._server.close()
