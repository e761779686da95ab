"""A real IMAP server of the test's own: Dovecot 2.3 on loopback, with one user and as many folders as tests."""

import getpass
import grp
import imaplib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ports import free_port
from races import wait_until

SECRET = "secret"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
passdb {{
  driver = static
  args = password={secret}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


def why_not() -> str:
    """Why there is no server to test with; empty when there is one."""
    binary = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        return "Dovecot is not installed (apt-get install dovecot-imapd)"
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    return "" if version.startswith("2.3.") else f"Dovecot 2.3 is needed, not {version.strip() or 'an unknown version'}"


@dataclass
class Server:
    folder: Path
    port: int

    def url(self, folder: str = "INBOX", password: str = SECRET) -> str:
        return f"imap://support:{password}@127.0.0.1:{self.port}/{folder}"

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=20) as client:
            client.login("support", SECRET)
            yield client

    def create(self, folder: str) -> None:
        with self.client() as client:
            answer = client.create(folder)
            assert answer[0] == "OK", answer

    def delete(self, folder: str) -> None:
        with self.client() as client:
            assert client.delete(folder)[0] == "OK"

    def deliver(self, folder: str, *mails: bytes) -> None:
        with self.client() as client:
            for raw in mails:
                assert client.append(folder, None, None, raw)[0] == "OK"

    def validity(self, folder: str) -> int:
        with self.client() as client:
            answer = client.status(folder, "(UIDVALIDITY)")[1][0]
            return int(answer.rpartition(b"UIDVALIDITY ")[2].rstrip(b")"))

    def unseen(self, folder: str) -> int:
        with self.client() as client:
            client.select(folder, readonly=True)
            return len(client.search(None, "UNSEEN")[1][0].split())

    def remove(self, folder: str, uid: int) -> None:
        with self.client() as client:
            client.select(folder)
            client.uid("store", str(uid), "+FLAGS", r"(\Deleted)")
            client.expunge()


@contextmanager
def running() -> Iterator[Server]:
    """The server as a child of the tests; it needs no rights beyond those of who runs them.

    Its folder is none of pytest's: run as root, the server has users of its own who must be able to walk there.
    """
    with tempfile.TemporaryDirectory(prefix="imap-") as name:
        folder = Path(name)
        server = Server(folder, free_port())
        (folder / "dovecot.conf").write_text(_configured(server))
        binary = shutil.which("dovecot") or "/usr/sbin/dovecot"
        process = subprocess.Popen([binary, "-F", "-c", str(folder / "dovecot.conf")])
        try:
            wait_until(lambda: _answers(server) or process.poll() is not None, what="the IMAP server's start")
            assert process.poll() is None, (folder / "log").read_text()
            yield server
        finally:
            process.terminate()
            process.wait(20)


def _configured(server: Server) -> str:
    root, me = os.getuid() == 0, getpass.getuser()
    uid, gid = (65534, 65534) if root else (os.getuid(), os.getgid())
    (server.folder / "mail").mkdir()
    if root:
        server.folder.chmod(0o711)
        os.chown(server.folder / "mail", uid, gid)
    internal, login = ("dovecot", "dovenull") if root else (me, me)
    group = "dovecot" if root else grp.getgrgid(gid).gr_name
    names = {"internal": internal, "login": login, "group": group, "uid": uid, "gid": gid}
    return _CONFIG.format(folder=server.folder, port=server.port, secret=SECRET, **names)


def _answers(server: Server) -> bool:
    try:
        with server.client():
            return True
    except (OSError, imaplib.IMAP4.error):
        return False
