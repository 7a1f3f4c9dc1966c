"""The direction of imports, where Scrapy may be loaded, and what the quick commands do not load."""

from __future__ import annotations

import ast
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import timing
from conftest import ROOT

# A room may import its own modules and those of rooms further down; beside each other stand
# rooms that know nothing of one another, but for the pairs below.
LAYERS = (
    {"errors"},
    {
        "model",
        "text",
        "urls",
        "hosts",
        "dates",
        "words",
        "differences",
        "clock",
        "settings",
        "markup",
        "pictures",
        "wording",
        "charts",
        "workers",
    },
    {"masking", "sites"},
    {"archive", "reader"},
    {"drafting"},
    {"crawl", "health", "intake", "notify", "query"},
    {"exporting", "packing", "report"},
    {"cluster"},
    {"cli", "web", "spiders", "demo", "reading_room"},
)
BESIDE = {
    *((one, other) for one in LAYERS[1] for other in LAYERS[1]),
    ("cli", "web"),
    ("cli", "demo"),
}
# Third-party and standard modules that only some may load: prefix -> who.
KEPT = {
    "scrapy": (
        "spiders",
        "newsarchive.crawl",
        "newsarchive.cli.crawl",
        "newsarchive.cli.demo",
        "newsarchive.cli._survey",
    ),
    "twisted": ("spiders", "newsarchive.crawl"),
    "sqlite_utils": ("newsarchive.archive",),
    "sqlite3": (
        "newsarchive.archive",
        "newsarchive.query",
        "newsarchive.exporting.dataset",
        "newsarchive.exporting.partitions",
        "newsarchive.report.gather",
        "newsarchive.cli",
        "newsarchive.web",
    ),
    "warcio": ("newsarchive.archive",),
    "rensa": ("newsarchive.archive",),
    "bs4": ("newsarchive.reader",),
    "dateparser": ("newsarchive.dates",),
    "datasette": ("newsarchive.web",),
    "holidays": ("newsarchive.health",),
    "lxml": ("newsarchive.reader", "newsarchive.sites", "newsarchive.web.safe"),
    "pandas": ("newsarchive.reading_room",),
    "pyarrow": ("newsarchive.exporting",),
    "redis": ("newsarchive.crawl.shared",),
    "scrapy_redis": ("newsarchive.crawl.shared",),
    "rocrate": ("newsarchive.exporting",),
    "distributed": ("newsarchive.cluster",),
    "dask": ("newsarchive.cluster.connection",),
    "fsspec": ("newsarchive.cluster.storage",),
}


@cache
def modules() -> dict[str, Path]:
    """Every module of the package and of spiders/, by its dotted name."""
    found = {}
    for top in ("newsarchive", "spiders"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    assert len(found) > 30
    return found


@cache
def imports(module: str) -> frozenset[tuple[str, bool]]:
    """What a module imports anywhere in it, each with whether it is apart from loading it.

    Apart stands what only type checkers read, and what runs where the module is the program.
    """
    path = modules()[module]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    apart = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and re.search("TYPE_CHECKING$|^__name__ ==", ast.unparse(node.test))
        for statement in node.body
        for inner in ast.walk(statement)
    }
    return frozenset(
        (name, id(node) in apart)
        for node in ast.walk(tree)
        for name in _targets(node, module if path.stem == "__init__" else module.rpartition(".")[0])
    )


def _targets(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            inner = f"{base}.{alias.name}"
            yield inner if inner in modules() else base
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        # A name made at run time is the registry's or the command group's, each in its own room.
        yield from (str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant))


def room(module: str) -> str | None:
    """The room a module stands in; None for the package itself and for what is not ours."""
    top, _, rest = module.partition(".")
    if top == "spiders":
        return "spiders"
    return rest.partition(".")[0] or None if top == "newsarchive" else None


def layer(name: str) -> int:
    for number, rooms in enumerate(LAYERS):
        if name in rooms:
            return number
    raise AssertionError(f"{name} stands in no layer: give it one in {__name__}.LAYERS")


@pytest.mark.parametrize("module", modules())
def test_imports_run_downwards(module: str) -> None:
    here = room(module)
    if here is None or here == "__main__":
        return  # the package itself and `python -m` are above all rooms
    for name, _ in imports(module):
        there = room(name)
        if there is not None and there != here:
            allowed = layer(there) < layer(here) or (here, there) in BESIDE
            assert allowed, f"{module} imports {name}: {here} may not know {there}"


def test_the_package_itself_loads_the_errors_alone() -> None:
    tree = ast.parse((ROOT / "newsarchive" / "__init__.py").read_text(encoding="utf-8"))
    top = {n for node in tree.body for n in _targets(node, "newsarchive")}
    assert {name for name in top if name.startswith("newsarchive")} == {"newsarchive.errors"}


@pytest.mark.parametrize("kept", KEPT)
def test_who_loads_what(kept: str) -> None:
    loaders = [
        module
        for module in modules()
        for name, _ in imports(module)
        if name == kept or name.startswith(f"{kept}.")
    ]
    assert loaders, f"nobody imports {kept}: is the rule still needed?"
    for module in loaders:
        allowed = any(module == who or module.startswith(f"{who}.") for who in KEPT[kept])
        assert allowed, f"{module} imports {kept}"


def test_no_cycles() -> None:
    graph = {
        module: {
            name
            for name, apart in imports(module)
            if not apart and name in modules() and name != module
        }
        for module in modules()
    }
    done: set[str] = set()

    def walk(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " -> ".join([*above[above.index(module) :], module])
        if module not in done:
            for name in sorted(graph[module]):
                walk(name, (*above, module))
            done.add(module)

    for module in graph:
        walk(module, ())


def test_sql_numbers_no_parameters() -> None:
    # `?1` with a sequence of values warns under Python 3.12.0 to 3.12.3, and warnings are errors.
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                sql = re.search(r"\b(?:SELECT|INSERT|UPDATE|DELETE)\b", node.value)
                assert not (sql and re.search(r"\?\d", node.value)), f"{module}:{node.lineno}"


HEAVY = (
    "scrapy", "twisted", "dateparser", "sqlite_utils", "rich", "bs4", "warcio", "datasette",
    "holidays", "pandas", "pyarrow", "redis", "rocrate", "distributed", "dask", "fsspec",
)  # fmt: skip
RUN = """
import sys
try:
    {call}
except SystemExit as end:
    assert not end.code, end.code
print(*sorted({{m.partition('.')[0] for m in sys.modules}} & {heavy}), sep=',', file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("call", "more"),
    [
        ("import newsarchive; assert callable(newsarchive.parse)", ("lxml", "click", "sqlite3")),
        ("from newsarchive.cli import main; main(['--help'])", ("lxml", "sqlite3")),
        ("from newsarchive.cli import main; main(['parse', '--help'])", ("sqlite3",)),
        ("from newsarchive.cli import main; main(['search', '--help'])", ("lxml",)),
        ("from newsarchive.cli import main; main(['export', '--help'])", ("lxml",)),
        ("from newsarchive.cli import main; main(['import', '--help'])", ("lxml", "sqlite3")),
        ("from newsarchive.cli import main; main(['reparse', '--help'])", ("lxml", "sqlite3")),
        ("from newsarchive.cli import main; main(['sites'])", ("sqlite3",)),
    ],
)
def test_start_loads_nothing_heavy(call: str, more: tuple[str, ...]) -> None:
    code = RUN.format(call=call, heavy={*HEAVY, *more})
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == "\n"


def test_writing_does_not_load_what_sqlite_utils_knows_besides(tmp_path: Path) -> None:
    code = (
        "import sys; from newsarchive.archive import Archive\n"
        f"Archive.open({str(tmp_path / 'archive.db')!r}).close()\n"
        "print([name for name in ('sqlite_utils', 'pandas', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "['sqlite_utils']\n"


@pytest.mark.parametrize("args", [["--help"], ["search", "--help"]])
def test_start_is_quick(args: list[str]) -> None:
    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "newsarchive", *args], cwd=ROOT, check=True, capture_output=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert timing.least(seconds, 0.3, tries=8) < 0.3


def test_scrapy_is_loaded_without_reading_sources() -> None:
    """Its deprecated classes would have `inspect` read the source of all frames, three times."""
    code = """
import inspect
asked, found = [], inspect.findsource
inspect.findsource = lambda frame: asked.append(frame) or found(frame)
whole = inspect.stack
import newsarchive.crawl.download
from scrapy.core.downloader import contextfactory, tls
assert inspect.stack is whole
print(len(asked), tls.ScrapyClientTLSOptions.__module__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0 scrapy.core.downloader.tls\n"
