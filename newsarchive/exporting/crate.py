"""The description of a release for machines: RO-Crate 1.2, a file of JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from newsarchive.errors import NewsArchiveError
from newsarchive.exporting import readme
from newsarchive.exporting.dictionary import TYPES, Table
from newsarchive.exporting.lines import Row
from newsarchive.exporting.notes import RIGHTS, tables
from newsarchive.exporting.tally import Tally
from newsarchive.exporting.told import About

METADATA = "ro-crate-metadata.json"
_VERSION = "1.2"
_KINDS = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".cff": "application/yaml",
    ".txt": "text/plain",
}
_NAMES = {
    "README.md": "What this release is (English)",
    "README.vi.md": "Bản phát hành này là gì (tiếng Việt)",
    "data-dictionary.md": "What each column means (English, Vietnamese)",
    "data-dictionary.csv": "What each column means, for machines",
    "data/counts.csv": "Articles by site and year",
    RIGHTS: "Rights",
    "CITATION.cff": "How to cite",
}


def load() -> tuple[Any, Any]:
    """The library's crate and entity. Raises NewsArchiveError, with how to get it, without it."""
    try:
        from rocrate.model.contextentity import ContextEntity
        from rocrate.rocrate import ROCrate
    except ModuleNotFoundError:
        raise NewsArchiveError(
            "a release needs rocrate: pip install 'newsarchive[export]'"
        ) from None
    return ROCrate, ContextEntity


@dataclass(frozen=True, slots=True)
class File:
    """A file of the release: its path in it ('/' between folders), bytes, SHA-256 in hex."""

    path: str
    size: int
    sha256: str


def metadata(
    about: About, tally: Tally, crawls: list[Row], files: Iterable[File], *, manifest: str
) -> str:
    """The text of ro-crate-metadata.json. manifest: the name of the file of checksums.

    Raises NewsArchiveError where the library is missing.
    """
    ROCrate, ContextEntity = load()
    crate = ROCrate(version=_VERSION)
    for name, value in _root(about, tally).items():
        crate.root_dataset[name] = value
    described = {f"data/{table.name}.parquet": table for table in tables(about)}
    for one in files:
        crate.add_file(dest_path=one.path, properties=_file(one, described.get(one.path)))
    about_sums = {"name": "SHA-256 of all other files", "encodingFormat": "text/plain"}
    crate.add_file(dest_path=manifest, properties=about_sums)
    for identifier, properties in _context(about, tally, crawls, described.values()):
        crate.add(ContextEntity(crate, identifier, properties=properties))
    return json.dumps(crate.metadata.generate(), ensure_ascii=False, indent=1) + "\n"


def _root(about: About, tally: Tally) -> Row:
    root: Row = {
        "name": about.name,
        "description": readme.abstract(about),
        "datePublished": about.day,
        "version": about.day,
        "inLanguage": "vi",
        "license": {"@id": RIGHTS},
        "spatialCoverage": {"@id": "#vietnam"},
        "creator": [{"@id": identifier} for identifier, _ in _creators(about)],
        "size": {"@id": "#articles"},
        "mentions": [{"@id": "#crawling"}, {"@id": "#export"}],
    }
    if tally.days.first:
        root["temporalCoverage"] = f"{tally.days.first}/{tally.days.last}"
    return root


def _file(one: File, table: Table | None) -> Row:
    name = table.english.removesuffix(".") if table else _NAMES[one.path]
    told: Row = {
        "name": name,
        "encodingFormat": _KINDS["." + one.path.rpartition(".")[2]],
        "contentSize": str(one.size),
        "sha256": one.sha256,
    }
    if table is not None:
        told["name"] = f"One row: {name[0].lower()}{name[1:]}"
        columns = [{"@id": f"#{table.name}.{column.name}"} for column in table.columns]
        told["variableMeasured"] = columns
    return told


def _context(
    about: About, tally: Tally, crawls: list[Row], described: Iterable[Table]
) -> Iterator[tuple[str, Row]]:
    yield from _creators(about)
    yield "#vietnam", {"@type": "Place", "name": "Viet Nam"}
    yield (
        "#articles",
        {
            "@type": "QuantitativeValue",
            "value": tally.articles,
            "unitText": "articles",
        },
    )
    yield (
        "#newsarchive",
        {
            "@type": "SoftwareApplication",
            "name": "newsarchive",
            "version": about.software,
            "softwareVersion": about.software,
        },
    )
    yield "#crawling", _crawling(tally, crawls)
    yield (
        "#export",
        {
            "@type": "CreateAction",
            "name": "Export of the release",
            "description": "; ".join(readme.choice(readme.ENGLISH, about)),
            "endTime": about.day,
            "instrument": {"@id": "#newsarchive"},
            "result": {"@id": "./"},
        },
    )
    for host in sorted(tally.hosts):
        yield (
            f"#host:{host}",
            {
                "@type": "WebSite",
                "name": host,
                "description": f"Articles in this release: {tally.hosts[host]}",
            },
        )
    for table in described:
        for column in table.columns:
            yield (
                f"#{table.name}.{column.name}",
                {
                    "@type": "PropertyValue",
                    "name": column.name,
                    "description": f"{column.english} / {column.vietnamese}",
                    "additionalType": TYPES[column.kind],
                },
            )


def _crawling(tally: Tally, crawls: list[Row]) -> Row:
    ran = [run for run in crawls if run["site"] in tally.sites]
    ways = ", ".join(f"{way} {count}" for way, count in sorted(tally.ways.items()))
    told: Row = {
        "@type": "CreateAction",
        "name": "Fetching of the pages",
        "instrument": {"@id": "#newsarchive"},
        "object": [{"@id": f"#host:{host}"} for host in sorted(tally.hosts)],
        "description": f"Crawls: {sum(run['crawls'] for run in ran)}. Versions of articles by how "
        f"their pages came: {ways or 'not known'}.",
    }
    if tally.fetched.first:
        told |= {"startTime": tally.fetched.first, "endTime": tally.fetched.last}
    return told


def _creators(about: About) -> Iterator[tuple[str, Row]]:
    for number, maker in enumerate(about.makers, 1):
        # An organisation may be one of persons; of a bare name nothing more is known.
        kind = "Person" if maker.is_person else "Organization"
        yield maker.url or f"#creator-{number}", {"@type": kind, "name": maker.name}
