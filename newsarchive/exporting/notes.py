"""What stands beside the tables of a release, for people: README, dictionary, rights, citation."""

from __future__ import annotations

import csv
import io
import json

from newsarchive.exporting import readme
from newsarchive.exporting.dictionary import COUNTS, TABLES, TYPES, Table, articles_table
from newsarchive.exporting.lines import Row
from newsarchive.exporting.tally import Tally
from newsarchive.exporting.told import About

RIGHTS = "LICENSE.md"
_RIGHTS = """\
# Rights

The texts, headlines and captions in this release, and the pictures that it names by their
addresses, belong to their publishers: the portals that each article's address names. They are
gathered here for research. This release grants no rights in them. Quote with the source; ask the
publisher before you print more.

They name people: suspects who were never convicted, victims, witnesses, minors. Rules on personal
data hold for whoever keeps or publishes this release, in Viet Nam and elsewhere.

# Bản quyền

Bài viết, tiêu đề, chú thích trong bản phát hành này, và các bức ảnh mà nó ghi địa chỉ, thuộc về
đơn vị xuất bản: trang nguồn nêu trong địa chỉ của từng bài. Chúng được tập hợp để nghiên cứu. Bản
phát hành này không trao quyền gì đối với chúng. Khi trích dẫn hãy ghi nguồn; muốn đăng lại nhiều
hơn hãy xin phép đơn vị xuất bản.

Các bài nêu tên người: nghi phạm chưa từng bị kết án, nạn nhân, nhân chứng, trẻ vị thành niên. Ai
lưu giữ hoặc công bố bản phát hành này phải tuân theo quy định về dữ liệu cá nhân, ở Việt Nam cũng
như ở nơi khác.
"""


def tables(about: About) -> tuple[Table, ...]:
    """The tables of the release."""
    return (articles_table(gone=about.gone), *TABLES[1:])


def notes(about: About, tally: Tally, crawls: list[Row]) -> dict[str, str]:
    """The text files of a release, by name."""
    return {
        "README.md": readme.readme(readme.ENGLISH, about, tally, crawls),
        "README.vi.md": readme.readme(readme.VIETNAMESE, about, tally, crawls),
        "data-dictionary.md": _dictionary(about),
        "data-dictionary.csv": _dictionary_csv(about),
        RIGHTS: _RIGHTS,
        "CITATION.cff": _citation(about),
    }


def _dictionary(about: About) -> str:
    lines = ["# Data dictionary / Từ điển dữ liệu", ""]
    lines += ["`articles.id` joins the tables: it is `article` in the others.", ""]
    lines += ["`articles.id` nối các bảng: ở bảng khác nó là `article`.", ""]
    for table in tables(about):
        lines += [f"## data/{table.name}.parquet", ""]
        lines += [f"One row: {_lower(table.english)}", f"Một dòng: {_lower(table.vietnamese)}", ""]
        lines += ["| column | type | null | meaning | ý nghĩa |", "| --- | --- | --- | --- | --- |"]
        for one in table.columns:
            null = "no" if one.needed else "yes"
            kind = f"`{TYPES[one.kind]}`"
            lines.append(f"| `{one.name}` | {kind} | {null} | {one.english} | {one.vietnamese} |")
        lines.append("")
    lines += ["## data/counts.csv", "", "Articles by site and year. Số bài theo trang và năm.", ""]
    lines += ["| column | meaning | ý nghĩa |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {en} | {vi} |" for name, (en, vi) in COUNTS.items()]
    return "\n".join(lines) + "\n"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _dictionary_csv(about: About) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("file", "column", "type", "nullable", "description", "description_vi"))
    for table in tables(about):
        for one in table.columns:
            file = f"data/{table.name}.parquet"
            null = str(not one.needed).lower()
            writer.writerow((file, one.name, TYPES[one.kind], null, one.english, one.vietnamese))
    for name, (english, vietnamese) in COUNTS.items():
        kind = "string" if name == "site" else "int64"
        null = str(name == "year").lower()
        writer.writerow(("data/counts.csv", name, kind, null, english, vietnamese))
    return out.getvalue()


def _citation(about: About) -> str:
    """CITATION.cff 1.2.0; a JSON string is one of YAML too."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    lines = [
        "cff-version: 1.2.0",
        "message: If you use this data, please cite it as below.",
        "type: dataset",
        f"title: {quoted(about.name)}",
        "authors:",
    ]
    for maker in about.makers:
        lines.append(f"  - name: {quoted(maker.name)}")
        if maker.url is not None:
            lines.append(f"    {'orcid' if maker.is_person else 'website'}: {quoted(maker.url)}")
    lines += [
        f"date-released: {quoted(about.day)}",
        f"version: {quoted(about.day)}",
        f"abstract: {quoted(readme.abstract(about))}",
    ]
    return "\n".join(lines) + "\n"
