# SPDX-License-Identifier: Apache-2.0
"""An IMAP server of a few folders in memory, that offers what a test says and is strict about what it is asked."""
import atexit
import base64
import contextlib
import pathlib
import re
import shutil
import socket
import tempfile
import threading


USER, PASSWORD = "desk", "correct horse battery staple"


class Peer:
    def __init__(self, offers, tokens=None):
        self.offers, self.tokens = offers, tokens
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-imap-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.folders = {"INBOX": []}  # of (uid, message, size)
        self.next_uid = 1
        self.commands, self.signed_in, self.faults = [], [], []
        self.lock = threading.Condition()
        self.lines = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def settings(self):
        told = {"AVOW_MAIL_IMAP": f"imap://{USER}@127.0.0.1:{self.port}/INBOX", "AVOW_MAIL_IMAP_SECURITY": "none-on-loopback"}
        if self.tokens:
            # Each time it is asked the next one; each is good once.
            script = self.folder / "token"
            script.write_text(f"#!/bin/sh\ncd {self.folder}\necho x >> asked\nsed -n \"$(wc -l < asked)p\" tokens\n")
            script.chmod(0o700)
            (self.folder / "tokens").write_text("\n".join(self.tokens) + "\n")
            return {**told, "AVOW_MAIL_IMAP_TOKEN_COMMAND": str(script)}
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o600)
        return {**told, "AVOW_MAIL_IMAP_PASSWORD_FILE": str(secret)}

    def deliver(self, message, size=None):
        message = message.encode() if isinstance(message, str) else message
        with self.lock:
            self.folders["INBOX"].append((self.next_uid, message, size or len(message)))
            self.next_uid += 1
            self.lock.notify_all()

    def hang_up(self):
        with self.lock:
            for line in self.lines:
                with contextlib.suppress(OSError):  # the other side was quicker
                    line.shutdown(socket.SHUT_RDWR)

    def stop(self):
        self.listener.close()
        self.hang_up()

    def accept(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(line,), daemon=True).start()

    def talk(self, line):
        with self.lock:
            self.lines.append(line)
        try:
            Talk(self, line).run()
        except (OSError, EOFError):
            pass
        with self.lock:
            self.lines.remove(line)
        line.close()


class Talk:
    """One connection."""

    def __init__(self, peer, line):
        self.peer, self.line, self.file = peer, line, line.makefile("rb")
        self.told = None  # how many messages the other side knows of

    def say(self, text):
        self.line.sendall(text if isinstance(text, bytes) else text.encode())

    def hear(self):
        heard = self.file.readline()
        if not heard.endswith(b"\r\n"):
            raise EOFError
        return heard[:-2].decode()

    def run(self):
        self.say(f"* OK [CAPABILITY IMAP4rev1 {self.peer.offers}] ready\r\n")
        while True:
            tag, _, command = self.hear().partition(" ")
            name = re.match(r"(UID )?\w+", command).group(0).upper()
            self.peer.commands.append(name)
            answer = getattr(self, name.lower().replace(" ", "_"))(tag, command[len(name):].strip())
            self.tell_news()
            self.say(f"{tag} {answer or 'OK done'}\r\n")

    def tell_news(self):
        count = len(self.peer.folders["INBOX"])
        if self.told is not None and self.told != count:
            self.told = count
            self.say(f"* {count} EXISTS\r\n")

    def authenticate(self, tag, rest):
        mechanism, _, answer = rest.partition(" ")
        if not answer:
            self.say("+ \r\n")
            answer = self.hear()
        plain = base64.b64decode(answer).decode()
        if mechanism == "PLAIN":
            return None if plain == f"\0{USER}\0{PASSWORD}" else "NO [AUTHENTICATIONFAILED] no"
        token = re.fullmatch(f"user={USER}\x01auth=Bearer (\\w+)\x01\x01", plain).group(1)
        if token in self.peer.tokens and token not in self.peer.signed_in:
            self.peer.signed_in.append(token)
            return None
        self.say("+ " + base64.b64encode(b'{"status":"401"}').decode() + "\r\n")
        assert self.hear() == ""
        return "NO [AUTHENTICATIONFAILED] no"

    def capability(self, tag, rest):
        self.say(f"* CAPABILITY IMAP4rev1 {self.peer.offers}\r\n")

    def noop(self, tag, rest):
        pass

    def logout(self, tag, rest):
        self.say("* BYE\r\n")
        raise EOFError

    def select(self, tag, rest):
        if rest.strip('"') not in self.peer.folders:
            return "NO no such folder"
        self.told = len(self.peer.folders["INBOX"])
        self.say(f"* {self.told} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {self.peer.next_uid}] x\r\n")

    def create(self, tag, rest):
        self.peer.folders.setdefault(rest.strip('"'), [])

    def chosen(self, numbers):
        inbox = self.peer.folders["INBOX"]
        highest = inbox[-1][0] if inbox else 0
        wanted = set()
        for part in numbers.split(","):
            first, _, last = part.partition(":")
            ends = sorted((int(first), highest if last == "*" else int(last or first)))
            wanted.update(one[0] for one in inbox if ends[0] <= one[0] <= ends[1])
        return wanted

    def uid_fetch(self, tag, rest):
        numbers, _, wanted = rest.partition(" ")
        chosen = self.chosen(numbers)
        for place, (uid, message, size) in enumerate(list(self.peer.folders["INBOX"]), 1):
            if uid not in chosen:
                continue
            if "BODY.PEEK[]" in wanted:
                self.say(f"* {place} FETCH (UID {uid} BODY[] {{{len(message)}}}\r\n".encode() + message + b")\r\n")
            else:
                self.say(f"* {place} FETCH (UID {uid} RFC822.SIZE {size})\r\n")

    def copy_to(self, rest):
        numbers, _, folder = rest.partition(" ")
        chosen = self.chosen(numbers)
        folder = folder.strip('"')
        if folder not in self.peer.folders:
            return None
        self.peer.folders[folder] += [one for one in self.peer.folders["INBOX"] if one[0] in chosen]
        return chosen

    def take_out(self, chosen):
        with self.peer.lock:
            for uid in chosen:
                place = next(i for i, one in enumerate(self.peer.folders["INBOX"], 1) if one[0] == uid)
                del self.peer.folders["INBOX"][place - 1]
                self.told -= 1
                self.say(f"* {place} EXPUNGE\r\n")

    def uid_copy(self, tag, rest):
        return "NO [TRYCREATE] no" if self.copy_to(rest) is None else None

    def uid_move(self, tag, rest):
        chosen = self.copy_to(rest)
        if chosen is None:
            return "NO [TRYCREATE] no"
        self.take_out(chosen)
        return None

    def uid_store(self, tag, rest):
        assert re.fullmatch(r"[\d:,]+ \+FLAGS\.SILENT \(\\Deleted\)", rest), rest

    def uid_expunge(self, tag, rest):
        self.take_out(self.chosen(rest))

    def idle(self, tag, rest):
        self.say("+ idling\r\n")
        heard = []
        threading.Thread(target=lambda: heard.append(self.hear_or_end()), daemon=True).start()
        while not heard:
            with self.peer.lock:
                self.peer.lock.wait(0.02)
            self.tell_news()
        if heard != ["DONE"]:
            raise EOFError

    def hear_or_end(self):
        try:
            return self.hear()
        except (OSError, EOFError):
            return ""
