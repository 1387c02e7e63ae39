"""The engine over SphinxQL in tests of engines, which have no rooms and no worker."""

from dataclasses import replace

from helpdesk.search.address import Address
from helpdesk.search.engines.sphinxql.engine import SphinxEngine


class AtOnce(SphinxEngine):
    """Beside a room that keeps its things as a test tells them, and with a worker that is always there at once."""

    def __init__(self, address: Address) -> None:
        super().__init__(address, read=self._kept)
        self._things = {}

    def write(self, entries):
        self._things.update({(entry.kind, entry.key): entry for entry in entries})
        super().write(entries)
        self.settle()

    def remark(self, *, kind, names, marks):
        for place, entry in self._things.items():
            if entry.kind == kind and entry.under in marks:
                left = [mark for mark in entry.marks if mark.partition(":")[0] not in names]
                self._things[place] = replace(entry, marks=(*left, *marks[entry.under]))
        super().remark(kind=kind, names=names, marks=marks)
        self.settle()

    def forget(self, *, kind, keys):
        super().forget(kind=kind, keys=keys)
        self.settle()

    def keep_only(self, keys, *, kind, after, upto):
        super().keep_only(keys, kind=kind, after=after, upto=upto)
        self.settle()

    def _kept(self, kind, keys):
        return [self._things[kind, key] for key in keys if (kind, key) in self._things]
