"""Every text of the desk's pages, each page's from its own module: {language: {key: text}}."""

from __future__ import annotations

from types import ModuleType

from newsarchive.web import texts_article, texts_frame, texts_places, texts_search, texts_start
from newsarchive.wording import LANGUAGES

# Each has VIETNAMESE and ENGLISH with the same keys; those of a page begin with its name: a key
# 'search:none' is the search page's. No two modules share a key.
_MODULES: tuple[ModuleType, ...] = (
    texts_frame,
    texts_article,
    texts_start,
    texts_search,
    texts_places,
)


def _joined(modules: tuple[ModuleType, ...]) -> dict[str, dict[str, str]]:
    joined: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for module in modules:
        for language, texts in (("vi", module.VIETNAMESE), ("en", module.ENGLISH)):
            if twice := joined[language].keys() & texts.keys():
                raise ValueError(f"{module.__name__}: {sorted(twice)} are another page's already")
            joined[language] |= texts
    return joined


TEXTS = _joined(_MODULES)
