"""What is known of one name of an article, and what its bearer is called for short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsarchive.masking import lexicon
from newsarchive.masking.cues import Cue

Name = tuple[str, ...]


@dataclass(slots=True)
class Entry:
    """What is known of one name: its words, as printed, and the cues it was met with."""

    name: Name
    shown: str
    role: str = "private"
    cues: set[Cue] = field(default_factory=set)
    polite: bool = False
    initials: str = ""
    aliases: set[Name] = field(default_factory=set)

    @property
    def contextual(self) -> bool:
        """Whether an official has the same name: then only what has a cue of its own is masked."""
        return Cue.OFFICIAL in self.cues and Cue.ACCUSED_OFFICIAL not in self.cues

    def short_forms(self) -> Iterator[Name]:
        """What the person is called later: the given name, with and without the middle one."""
        name = self.name
        for count in range(1, len(name)):
            form = name[-count:]
            if count < 4 and (count > 1 or len(form[0]) > 1):
                yield form
        if not is_kinh(name):
            for word in name if len(name) > 1 else ():
                if len(word) > 1 and word not in ("thị", "văn"):
                    yield (word,)
            if len(name) == 3 and name[0] in ("y", "a"):
                yield name[:2]
        for word in name:
            if word[1:2] == "'" and len(word) > 3:
                yield (word[2:],)


_KINH = re.compile(r"[a-zà-ỹđ]{1,7}\Z")


def is_kinh(name: Name) -> bool:
    """Whether the last word is a given name and the ones before it are not used to call someone."""
    return (
        name[0] in lexicon.SURNAMES
        and name[0] not in ("y", "h")
        and all(_KINH.match(word) for word in name)
    )
