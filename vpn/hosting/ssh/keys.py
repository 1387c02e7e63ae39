"""Temporary keys on a server: made, put into `authorized_keys` by SFTP, and taken out of it."""

import posixpath
import stat
from dataclasses import dataclass

import asyncssh
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.hosting.connectors.base import Disk, Door, Given, Wanted
from vpn.hosting.ssh import authorized
from vpn.hosting.ssh.connecting import connected, place_of, version_of

FILE = ".ssh/authorized_keys"
TRIES = 3
"""How often the file is read once more when somebody else changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class _Read:
    content: bytes
    attributes: asyncssh.SFTPAttrs | None
    """None where there is no file yet."""


async def about(door: Door) -> str:
    async with connected(door) as connection:
        told = str(connection.get_extra_info("server_version") or "")
        return told.removeprefix("SSH-2.0-") or "SSH"


async def make(door: Door, wanted: Wanted) -> Given:
    """A new key for `wanted` on the door's login. The private key is kept nowhere. Raises Refused, and what
    `connecting.visit` explains."""
    key = asyncssh.generate_private_key("ssh-ed25519", comment=authorized.comment(wanted.name))
    async with connected(door) as connection, connection.start_sftp_client() as sftp:
        line = authorized.make_line(
            name=wanted.name,
            public=key.export_public_key("openssh").decode("ascii"),
            until=wanted.until,
            version=version_of(connection),
            origins=door.options.get("from", ""),
        )
        await _change(sftp, wanted.name, line)
    place = place_of(door.address)
    command = f"ssh -i {authorized.comment(wanted.name)} -p {place.port} {door.login}@{place.host}"
    secret = key.export_private_key("openssh").decode("ascii")
    return Given(login=door.login, secret=secret, is_key=True, note=command)


async def remove(door: Door, name: str) -> None:
    async with connected(door) as connection, connection.start_sftp_client() as sftp:
        await _change(sftp, name, None)


async def disks(door: Door) -> list[Disk]:
    """The file system of the login's home, in bytes (statvfs@openssh.com); nothing where the server can't say."""
    async with connected(door) as connection, connection.start_sftp_client() as sftp:
        try:
            told = await sftp.statvfs(".")
        except asyncssh.SFTPOpUnsupported:
            return []
    unit = told.frsize or told.bsize
    return [Disk(place_of(door.address).host, unit * (told.blocks - told.bfree), unit * told.blocks)]


async def _change(sftp: asyncssh.SFTPClient, name: str, line: bytes | None) -> None:
    """Put `line` in, or with None take that of `name` out. Raises Refused when the file is not one to be changed."""
    aside = f".ssh/.helpdesk-{name}"
    for _again in range(TRIES):
        await _forget(sftp, aside)
        read = await _read(sftp)
        without = authorized.without_line(read.content, name)
        content = authorized.with_line(read.content, line, name) if line else without
        if content == read.content:
            return
        await _write_aside(sftp, aside, content, read)
        if await _unchanged(sftp, read):
            await sftp.posix_rename(aside, FILE)
            return
    await _forget(sftp, aside)
    raise Refused(_("Somebody else is changing authorized_keys at the same time: try it again."))


async def _read(sftp: asyncssh.SFTPClient) -> _Read:
    try:
        attributes = await sftp.lstat(FILE)
    except asyncssh.SFTPNoSuchFile:
        if not await sftp.isdir(".ssh"):
            await sftp.mkdir(".ssh", asyncssh.SFTPAttrs(permissions=0o700))
        return _Read(b"", None)
    if not stat.S_ISREG(attributes.permissions or 0):
        raise Refused(_("authorized_keys is a link or no file at all: it is left as it is."))
    if (attributes.size or 0) > authorized.MOST_BYTES:
        raise Refused(_("authorized_keys is larger than a megabyte: see what is in it."))
    async with sftp.open(FILE, "rb") as file:
        content = await file.read(authorized.MOST_BYTES + 4096)
    return _Read(content if isinstance(content, bytes) else content.encode(), attributes)


async def _write_aside(sftp: asyncssh.SFTPClient, aside: str, content: bytes, read: _Read) -> None:
    """A new file with the rights of the old one, wholly written. Raises Refused where its owner would be another."""
    kept = read.attributes
    mode = stat.S_IMODE(kept.permissions or 0o600) if kept else 0o600
    flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_EXCL
    async with sftp.open(aside, flags, asyncssh.SFTPAttrs(permissions=0o600), encoding=None) as file:
        await file.write(content)
    made = await sftp.lstat(aside)
    if kept and (made.uid, made.gid) != (kept.uid, kept.gid):
        try:
            await sftp.chown(aside, kept.uid or 0, kept.gid or 0)
        except asyncssh.SFTPError as error:
            await _forget(sftp, aside)
            raise Refused(_("authorized_keys belongs to another login: it is left as it is.")) from error
    await sftp.chmod(aside, mode)


async def _unchanged(sftp: asyncssh.SFTPClient, read: _Read) -> bool:
    try:
        now = await sftp.lstat(FILE)
    except asyncssh.SFTPNoSuchFile:
        return read.attributes is None
    was = read.attributes
    return was is not None and (now.size, now.mtime, now.permissions) == (was.size, was.mtime, was.permissions)


async def _forget(sftp: asyncssh.SFTPClient, aside: str) -> None:
    """What a connection that broke off may have left."""
    try:
        await sftp.remove(posixpath.normpath(aside))
    except asyncssh.SFTPNoSuchFile:
        return
