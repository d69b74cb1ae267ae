# SPDX-License-Identifier: GPL-2.0
"""The processes of a scenario: each does what it is told, one step after the other."""
import array
import ctypes
import itertools
import os
import pickle
import socket
import struct
import sys
import threading
import time
import traceback

import wire

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NAME = 15
PR_SET_PDEATHSIG = 1
CLONE_NEWNET = 0x40000000
SYS_EXIT = 60


def set_name(name):
    """The name of this process, if the leader calls this."""
    libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)


def enter_netns(name):
    """This process goes into a namespace of ip-netns(8)."""
    fd = os.open(f'/run/netns/{name}', os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), 'setns')
    os.close(fd)


def address(host, port):
    """For the calls of either family."""
    return (host, port, 0, 0) if ':' in host else (host, port)


def new(kind, host=None, port=0, **options):
    """A socket of kind "tcp4", "udp6" and the like; bound if there is a host."""
    sock = socket.socket(socket.AF_INET6 if '6' in kind else socket.AF_INET,
                         socket.SOCK_STREAM if 'tcp' in kind else socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, options.pop('reuse', 1))
    for name, value in options.items():
        level, option = OPTIONS[name]
        sock.setsockopt(level, option, value)
    if host is not None:
        sock.bind(address(host, port))
    return sock


OPTIONS = {
    'reuseport': (socket.SOL_SOCKET, socket.SO_REUSEPORT),
    'v6only': (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY),
    'broadcast': (socket.SOL_SOCKET, socket.SO_BROADCAST),
    'busy_poll': (socket.SOL_SOCKET, 46),
}


def listen(kind, host, port, **options):
    """A TCP socket that listens there."""
    sock = new(kind, host, port, **options)
    sock.listen(256)
    return sock


def connect(kind, host, port, **options):
    """A TCP socket connected to that."""
    sock = new(kind, **options)
    sock.connect(address(host, port))
    return sock


def receive(sock, size):
    """All of so many bytes."""
    got = b''
    while len(got) < size:
        part = sock.recv(size - len(got))
        if not part:
            raise EOFError(f'{len(got)} of {size} bytes')
        got += part
    return got


def drain(sock):
    """Receives until the peer's end."""
    while sock.recv(65536):
        pass


def fill(sock):
    """Sends until the peer's window is full; how much that was."""
    sent = 0
    sock.setblocking(False)
    try:
        while True:
            sent += sock.send(bytes(65536))
    except BlockingIOError:
        sock.setblocking(True)
    return sent


def send_many(sock, to, sizes):
    """By one sendmmsg(2)."""
    class Vec(ctypes.Structure):
        _fields_ = [('base', ctypes.c_char_p), ('len', ctypes.c_size_t)]

    class Message(ctypes.Structure):
        _fields_ = [('name', ctypes.c_char_p), ('namelen', ctypes.c_uint),
                    ('vec', ctypes.POINTER(Vec)), ('veclen', ctypes.c_size_t),
                    ('control', ctypes.c_void_p), ('controllen', ctypes.c_size_t),
                    ('flags', ctypes.c_int), ('pad', ctypes.c_int),
                    ('len', ctypes.c_uint)]

    port = struct.pack('=H', sock.family) + struct.pack('!H', to[1])
    name = port + socket.inet_aton(to[0]) + bytes(8) if sock.family == socket.AF_INET else \
        port + bytes(4) + socket.inet_pton(socket.AF_INET6, to[0]) + bytes(4)
    messages = (Message * len(sizes))()
    for message, size in zip(messages, sizes):
        message.name, message.namelen = name, len(name)
        message.vec, message.veclen = ctypes.pointer(Vec(bytes(size), size)), 1
    return libc.sendmmsg(sock.fileno(), messages, len(sizes), 0)


def close_hard(sock):
    """Closes by RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    sock.close()


def send_fd(mailbox, path, sock):
    """Passes a descriptor to whose mailbox is at path."""
    rights = array.array('i', [sock.fileno()])
    mailbox.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)], 0, path)


def take_fd(mailbox):
    """A socket that was passed to this process."""
    _, rights, _, _ = mailbox.recvmsg(1, socket.CMSG_SPACE(4))
    return socket.socket(fileno=struct.unpack('i', rights[0][2][:4])[0])


class Troupe:
    """All actors of a run, and the directory by which they are reached."""

    def __init__(self, directory):
        self.directory = directory
        self.actors = []
        self.serial = itertools.count()

    def path(self, name, what):
        return os.path.join(self.directory, f'{name}.{what}')

    def stage(self, name):
        for what in 'in', 'out':
            os.mkfifo(self.path(name, what))
        actor = Actor(self, name)
        self.actors.append(actor)
        return actor

    def actor(self, name, netns=None):
        """Starts one, in a namespace of ip-netns(8) if one is given."""
        actor = self.stage(name)
        actor.pid = os.fork()
        if not actor.pid:
            libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
            if netns:
                enter_netns(netns)
            Player(self, name).serve()
        actor.child = True
        actor.answer()
        return actor

    def end(self):
        """Ends those that are left, in the order in which they came."""
        for actor in self.actors:
            actor.exit()
        self.actors = []


class Actor:
    """The director's side of a process."""

    def __init__(self, troupe, name):
        self.troupe, self.name = troupe, name
        self.ways = [os.open(troupe.path(name, what), os.O_RDWR) for what in ('in', 'out')]
        self.pid, self.child = 0, False

    def ask(self, code, **values):
        """Has it begin; answer() waits until it is done."""
        data = pickle.dumps((code, values))
        os.write(self.ways[0], struct.pack('=I', len(data)) + data)

    def answer(self):
        """What the step gave; what it raised is raised here."""
        size, = struct.unpack('=I', os.read(self.ways[1], 4))
        data = b''
        while len(data) < size:
            data += os.read(self.ways[1], size - len(data))
        good, value = pickle.loads(data)
        if not good:
            raise RuntimeError(f'{self.name}: {value}')
        return value

    def do(self, code, **values):
        """Has it done: one Python expression, or statements."""
        self.ask(code, **values)
        return self.answer()

    def fork(self, name):
        """Its child is an actor too."""
        actor = self.troupe.stage(name)
        actor.pid = self.do('me.fork(name)', name=name)
        actor.answer()
        return actor

    def execute(self, name, sock):
        """Executes a program of that name; only one socket is left, as "kept"."""
        self.ask(f'me.execute(program, {sock})', program=name)
        self.answer()

    def change_thread(self):
        """Another thread does what is to be done next; the leader ends."""
        self.do('me.change_thread()')

    def give(self, sock, other):
        """Passes a descriptor; its own stays."""
        self.do(f'send_fd(me.mailbox, path, {sock})',
                path=self.troupe.path(other.name, 'sock'))

    def take(self, sock):
        self.do(f'{sock} = take_fd(me.mailbox)')

    def reap(self):
        """Waits for the end of a process that this one has started."""
        if self.child:
            os.waitpid(self.pid, 0)
        self.gone()

    def gone(self):
        for way in self.ways:
            os.close(way)
        self.ways, self.pid = [], 0

    def exit(self):
        """Ends it in its own way, unless it has ended."""
        if self.pid:
            self.ask('os._exit(0)')
            self.reap()

    def kill(self):
        """Ends it by SIGKILL, of which it cannot tell."""
        libc.truth_line(f'kill {self.pid} {time.monotonic_ns()}'.encode())
        os.kill(self.pid, 9)
        self.reap()


class Player:
    """The process itself."""

    def __init__(self, troupe, name, kept=None):
        self.troupe = troupe
        self.values = dict(globals(), me=self, kept=kept)
        self.enter(name, not kept)

    def enter(self, name, rename=True):
        self.name = name
        if rename:
            set_name(name)
        self.ways = [os.open(self.troupe.path(name, what), os.O_RDWR) for what in ('in', 'out')]
        self.mailbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.mailbox.bind(self.troupe.path(name, 'sock'))
        self.tell(True, os.getpid())

    def tell(self, good, value):
        data = pickle.dumps((good, value))
        os.write(self.ways[1], struct.pack('=I', len(data)) + data)

    def fork(self, name):
        pid = os.fork()
        if pid:
            return pid
        for way in self.ways:
            os.close(way)
        self.mailbox.close()
        self.enter(name)
        self.serve()

    def execute(self, program, sock):
        path = os.path.join(self.troupe.directory, program)
        os.symlink(os.path.realpath(sys.executable), path)
        os.unlink(self.troupe.path(self.name, 'sock'))
        sock.set_inheritable(True)
        os.execve(path, [program, __file__, self.troupe.directory, self.name,
                         str(sock.fileno())],
                  dict(os.environ, LD_PRELOAD=os.environ['WITNESS']))

    def change_thread(self):
        """The leader ends by the system call, so that only this thread does."""
        threading.Thread(target=self.serve, args=[True]).start()
        libc.syscall(SYS_EXIT, 0)

    def run(self, code, values):
        self.values.update(values)
        try:
            return eval(code, self.values)
        except SyntaxError:
            exec(code, self.values)

    def serve(self, tell=False):
        """Does what it is told until that is to end."""
        if tell:
            self.tell(True, threading.get_native_id())
        while True:
            size, = struct.unpack('=I', os.read(self.ways[0], 4))
            code, values = pickle.loads(os.read(self.ways[0], size))
            try:
                self.tell(True, self.run(code, values))
            except Exception as error:
                self.tell(False, f'{code}: {error!r}\n{traceback.format_exc()}')


# After exec.
if __name__ == '__main__':
    Player(Troupe(sys.argv[1]), sys.argv[2],
           socket.socket(fileno=int(sys.argv[3]))).serve()
