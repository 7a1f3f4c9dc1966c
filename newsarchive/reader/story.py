"""The story of a page: its container, and what in it is running text or furniture."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.reader.blocks import Block, Frame
from newsarchive.reader.phrases import is_imprint
from newsarchive.reader.roles import FURNITURE, Role

_PROSE = 60  # characters from which an unlinked line counts as running text


@dataclass(slots=True)
class Story:
    """The container of the story and the frames whose names mislead."""

    frame: Frame
    core: Frame  # the innermost element that holds most of it
    spared: set[Frame]
    prose: int  # characters of running text in it
    begin: int  # index of its first running line
    end: int  # index of its last one
    summaries: set[int]  # indices of lines that sum up other stories
    align: str = ""  # how most of its running lines are set; then it sets none of them apart
    slanted: bool = False

    def foreign(self, block: Block) -> bool:
        """Whether a line or picture stands in furniture: in what no part of the article does."""
        return foreign(block.frame, self.spared, self.frame)


def foreign(frame: Frame, spared: set[Frame], inside: Frame | None = None) -> bool:
    """Whether a frame stands in furniture, looked at from within `inside` outwards.

    `spared` frames do not count, nor does the footer of an article element that holds the story.
    """
    if not frame.around & FURNITURE:
        return False
    within = True
    footed = False  # whether it stands in a footer that no article around is known to hold
    for around in frame.up():
        if around is inside:
            within = False
        if within and around.roles & FURNITURE and around not in spared:
            if around.roles & FURNITURE & ~Role.FOOTER:
                return True
            footed = True
        if footed and around.roles & Role.ARTICLE and around.tag != "body" and around in spared:
            footed = False
        if not within and not footed:
            return False
    return footed


def is_prose(block: Block) -> bool:
    """Whether a line is running text: long enough and mostly unlinked."""
    size = len(block.text)
    if size < _PROSE or block.links * 5 >= size * 2 or is_imprint(block.text):
        return False
    if block.frame.around & Role.CAPTION and in_caption(block):
        return False
    return not block.level or block.text[-1] in '.!?…”"'  # a headline is no running text


def in_caption(block: Block) -> bool:
    """Whether a line stands in an element that is named caption and holds little else."""
    for frame in block.frame.up():
        if frame.last - frame.first > 4:
            return False
        if frame.roles & Role.CAPTION:
            return True
    return False
