"""What the package shows: `__all__` is exactly what is visible, and little."""

from __future__ import annotations
import __future__

import inspect

import pytest

import newsarchive
from newsarchive.errors import NewsArchiveError


def test_all_is_what_is_visible() -> None:
    loaded = {name for name in newsarchive.__all__ if hasattr(newsarchive, name)}
    seen = {
        name
        for name, value in vars(newsarchive).items()
        if not name.startswith("_")
        and not inspect.ismodule(value)
        and not isinstance(value, __future__._Feature)
    }
    assert loaded | seen == set(newsarchive.__all__)
    assert seen <= set(newsarchive.__all__)
    assert newsarchive.__all__ == sorted(newsarchive.__all__)
    assert len(newsarchive.__all__) <= 10


def test_everything_public_is_documented() -> None:
    for name in newsarchive.__all__:
        assert inspect.getdoc(getattr(newsarchive, name)), name


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Parser'"):
        newsarchive.Parser  # noqa: B018


def test_parse_stays_callable_when_the_reader_is_loaded() -> None:
    import newsarchive.reader

    assert callable(newsarchive.parse)
    assert inspect.ismodule(newsarchive.reader)


def test_not_an_article_is_a_value_error() -> None:
    error = newsarchive.NotAnArticle("a log-in page")
    assert isinstance(error, ValueError)
    assert isinstance(error, NewsArchiveError)
    assert error.reason == "a log-in page"
