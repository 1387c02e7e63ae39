"""How the index is to be defined, for `searchd` of Sphinx 2.2 and for Manticore."""

from pathlib import PurePosixPath

from helpdesk.search.address import Address

AGENTS = 9312
"""The port at which servers ask each other, in a language of their own."""
Server = tuple[str, int]
FIELDS = ("title", "sender", "names", "body", "marks")
ATTRIBUTES = {"kind": "uint", "under": "bigint", "at": "bigint", "print": "bigint"}
INDEXING = {
    "morphology": "stem_enru",
    "charset_table": "0..9, a..z, _, U+80..U+FFFF",
    "dict": "keywords",
    "min_prefix_len": "1",
}
"""Words are folded before they come: beyond ASCII every character is one of a word."""
# What was told is handed to the system at once and is on the disk within a second. The setting that promises more, 1,
# writes nothing at all in Sphinx 2.2.11 before its buffer is full: `kill -9` took the latest documents with it.
SEARCHD = """searchd
{{
    listen = {host}:{port}:mysql41
    listen = {host}:{agents}
    pid_file = {folder}/searchd.pid
    log = {folder}/searchd.log
    binlog_path = {folder}
    binlog_flush = 2
    workers = threads
    dist_threads = 4
    thread_stack = 4M
    max_packet_size = 32M
    expansion_limit = 500
}}
"""


def configuration(
    address: Address, *, folder: PurePosixPath, memory_mb: int, server: Server | None = None, agents: int = AGENTS
) -> str:
    """A `searchd.conf` for the server that is asked, or another one: the shelves that lie on it and, where it is asked
    and there are several, the distributed index over all of them. Servers ask each other at the port `agents`."""
    asked = (address.host, address.port)
    host, port = server or asked
    own = [shelf.table for shelf in address.shelves if (shelf.host, shelf.port) == (host, port)]
    parts = [_shelf(table, folder, memory_mb) for table in own]
    others = [shelf for shelf in address.shelves if shelf.table not in own or (shelf.host, shelf.port) != (host, port)]
    if (host, port) == asked and [address.index] != own:
        over = [f"local = {each}" for each in own] + [f"agent = {each.host}:{agents}:{each.table}" for each in others]
        parts.append(_block(f"index {address.index}", ["type = distributed", *over]))
    return "\n".join([*parts, SEARCHD.format(host=host, port=port, agents=agents, folder=folder)])


def statements(address: Address) -> str:
    """The same for Manticore, which defines tables by statements: run each on the server it names."""
    columns = [*(f"{name} text indexed" for name in FIELDS), *(f"{name} {kind}" for name, kind in ATTRIBUTES.items())]
    options = " ".join(f"{name}='{value}'" for name, value in INDEXING.items())
    found = [
        f"-- on {shelf.host}:{shelf.port}\nCREATE TABLE {_bare(shelf.table)} ({', '.join(columns)}) {options};"
        for shelf in address.shelves
    ]
    if [address.index] != [_bare(shelf.table) for shelf in address.shelves]:
        over = " ".join(f"agent='{each.host}:{AGENTS}:{_bare(each.table)}'" for each in address.shelves)
        found.append(f"-- on {address.host}:{address.port}\nCREATE TABLE {address.index} type='distributed' {over};")
    return "\n".join(found) + "\n"


def _bare(table: str) -> str:
    """Without its cluster, which stands before it where something is written."""
    return table.rpartition(":")[2]


def _shelf(table: str, folder: PurePosixPath, memory_mb: int) -> str:
    fields = [f"rt_field = {name}" for name in FIELDS]
    attributes = [f"rt_attr_{kind} = {name}" for name, kind in ATTRIBUTES.items()]
    indexing = [f"{name} = {value}" for name, value in INDEXING.items()]
    place = ["type = rt", f"path = {folder}/{table}", f"rt_mem_limit = {memory_mb}M"]
    return _block(f"index {table}", [*place, *fields, *attributes, *indexing])


def _block(head: str, lines: list[str]) -> str:
    return "\n".join([head, "{", *(f"    {line}" for line in lines), "}", ""])
