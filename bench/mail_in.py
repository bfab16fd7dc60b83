# SPDX-License-Identifier: Apache-2.0
"""Mail in, against Dovecot in the same run and in turn: the ratio is the figure.

intake   durable mails of 5 KB per second by LMTP, each of a sender of its own, against Dovecot's LMTP into a Maildir
visible  from handing a mail in to its request in the desk's queue: by LMTP, and by IMAP with IDLE behind Dovecot
search   a word that no mail has, sought in all of them, against IMAP's SEARCH BODY in Dovecot, which has no index either
backlog  mails per second out of a folder that holds many (AVOW_BACKLOG, 2000; the issue asks for 100000)
"""
import os
import pathlib
import random
import socket
import statistics
import sys
import textwrap
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests/system"))
from dovecot import USER, Dovecot  # noqa: E402
from imap_test import desk_that_reads, wait_until  # noqa: E402
from requests_test import HELP, Desk, mail  # noqa: E402

CONNECTIONS = 8
MAILS = int(os.environ.get("AVOW_MAILS", "2000"))  # a round
ROUNDS = 3
LATENCIES = 30
BACKLOG = int(os.environ.get("AVOW_BACKLOG", "2000"))
SEARCHES = 5
dice = random.Random(5)
LEXICON = ["".join(dice.choices("aaeeiioubcdfghklmnprstvw", k=dice.randint(2, 11))) for _ in range(5_000)]
numbers = iter(range(10**9))


def body():
    """4,700 bytes, of some 400 different words."""
    words = (LEXICON[int(len(LEXICON) * dice.random() ** 3)] for _ in range(1_000))
    return "\r\n".join(textwrap.wrap(" ".join(words), 72))[:4_700]


def new_mail(recipient=HELP):
    number = next(numbers)
    sender = f"somebody.number.{number:08}@example.org"
    return sender, mail(sender, text=body(), identity=f"{number}@sender.example").replace(HELP, recipient).encode()


class Line:
    """LMTP, pipelined: the client must not be what is measured."""

    def __init__(self, connect):
        self.line = connect()
        self.file = self.line.makefile("rb")
        self.expect(b"220")
        self.line.sendall(b"LHLO mx.test\r\n")
        self.expect(b"250")

    def expect(self, code):
        while True:
            heard = self.file.readline()
            if not heard.startswith(code):
                raise RuntimeError(heard)
            if heard[3:4] != b"-":
                return

    def hand_in(self, sender, message, recipient):
        self.line.sendall(f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n".encode())
        for code in (b"250", b"250", b"354"):
            self.expect(code)
        self.line.sendall(message + b".\r\n")
        self.expect(b"250")


def per_second(connect, recipient):
    mails = [new_mail(recipient) for _ in range(MAILS)]
    lines = [Line(connect) for _ in range(CONNECTIONS)]

    def carry(line):
        while mails:
            try:
                sender, message = mails.pop()
            except IndexError:
                return
            line.hand_in(sender, message, recipient)

    began = time.monotonic()
    carriers = [threading.Thread(target=carry, args=(line,)) for line in lines]
    for carrier in carriers:
        carrier.start()
    for carrier in carriers:
        carrier.join()
    return MAILS / (time.monotonic() - began)


def to_socket(path):
    def connect():
        line = socket.socket(socket.AF_UNIX)
        line.connect(path)
        return line
    return connect


def to_port(port):
    def connect():
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line
    return connect


def until_visible(desk, token, hand_in):
    """Milliseconds, in the median; the queue's newest is another one when the mail is visible."""
    line = desk.server.connection()

    def newest():
        status, told, _ = desk.server.ask("GET", "/api/v1/desk/requests?limit=1", token=token, connection=line)
        assert status == 200, told
        return told["items"][0]["request"] if told["items"] else None

    taken = []
    for _ in range(LATENCIES):
        before = newest()
        began = time.monotonic()
        hand_in()
        while newest() == before:
            time.sleep(0.001)
        taken.append((time.monotonic() - began) * 1000)
    return statistics.median(taken)


def median_ms(act):
    taken = []
    for _ in range(SEARCHES):
        began = time.monotonic()
        act()
        taken.append((time.monotonic() - began) * 1000)
    return statistics.median(taken)


def search_ms(desk, token, count):
    line = desk.server.connection()

    def search():
        looked, before = 0, {}
        while True:
            status, told, _ = desk.server.ask("POST", "/api/v1/desk/searches", {"words": "unheard", **before}, token=token,
                                              connection=line)
            assert status == 200 and not told["items"], told
            looked += told["looked_through"]
            if told["next"] is None:
                break
            before = {"before": told["next"]}
        assert looked == count, looked
    return median_ms(search)


def imap_search_ms(mailbox, count):
    with mailbox.mailbox() as line:
        _, told = line.select("INBOX", readonly=True)
        assert int(told[0]) == count, told
        return median_ms(lambda: line.search(None, "BODY", "unheard"))


def main():
    mailbox = Dovecot(fsync="optimized").start()
    desk = Desk().start()
    token = desk.server.token("agent")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(per_second(to_socket(desk.socket), HELP))
        theirs.append(per_second(to_port(mailbox.lmtp_port), USER))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    print(f"{'':<34}{'avow':>10}{'Dovecot':>12}")
    print(f"{'LMTP, durable mails of 5 KB /s':<34}{statistics.median(ours):>10.0f}{statistics.median(theirs):>12.0f}{ratio:>9.2f}x")
    count = MAILS * ROUNDS
    ours, theirs = search_ms(desk, token, count), imap_search_ms(mailbox, count)
    print(f"{'a word sought in ' + str(count) + ', ms':<34}{ours:>10.0f}{theirs:>12.0f}{theirs / ours:>9.2f}x")
    lmtp = Line(to_socket(desk.socket))
    told = until_visible(desk, token, lambda: lmtp.hand_in(*new_mail(), HELP))
    print(f"{'visible by LMTP, ms (median)':<34}{told:>10.1f}")
    desk.server.stop()
    mailbox.stop()

    mailbox = Dovecot(fsync="optimized").start()
    desk = desk_that_reads(mailbox)
    # As a server that kept them for us while we were away.
    home = pathlib.Path(mailbox.folder / "mail/sample.example/help/Maildir")
    mailbox.deliver(new_mail()[1])
    for number in range(BACKLOG - 1):
        # As a mail server names them: names that are alike fall together in Dovecot's table of them.
        path = home / "new" / f"{1_700_000_000 + number}.M{number * 7919 % 1_000_000:06}P{number % 32749}.mx"
        path.write_bytes(new_mail()[1])
        os.chown(path, mailbox.uid, mailbox.gid)
    began = time.monotonic()
    desk.start()
    token = desk.server.token("agent")
    while mailbox.count("Processed") < BACKLOG:
        time.sleep(0.2)
    print(f"{'out of a folder of ' + str(BACKLOG) + ', mails /s':<34}{BACKLOG / (time.monotonic() - began):>10.0f}")
    wait_until(desk.server, state="waiting")
    lmtp = Line(to_port(mailbox.lmtp_port))
    told = until_visible(desk, token, lambda: lmtp.hand_in(*new_mail(), USER))
    print(f"{'visible by IMAP with IDLE, ms':<34}{told:>10.1f}")
    desk.server.stop()


if __name__ == "__main__":
    main()
