"""The README of a release, in English and Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newsarchive.exporting.lines import Row
from newsarchive.exporting.tally import Span, Tally
from newsarchive.exporting.told import About

_HOSTS = 100  # the README names no more than so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The texts of one language; thousands: what stands between groups of three digits."""

    thousands: str
    texts: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        shown = {k: self.number(v) if isinstance(v, int) else v for k, v in values.items()}
        return self.texts[key].format(**shown)

    def number(self, value: int) -> str:
        """The number as people of the language write it."""
        return f"{value:,}".replace(",", self.thousands)


ENGLISH = Language(
    thousands=",",
    texts={
        "other": "*[Tiếng Việt](README.vi.md)*",
        "intro": "News of Vietnamese police portals. Articles: {articles}; portals: {sites}; "
        "published: {days}. Released on {day}, made with newsarchive {software}.",
        "span": "{first} to {last}",
        "no days": "not known when",
        "choice": "What was chosen",
        "filter": "{name}: {value}",
        "filter:site": "site {value}",
        "filter:province": "province {value} (of before or after 1 July 2025)",
        "filter:section": "section {value}",
        "filter:byline": "byline {value}",
        "filter:since": "published on {value} or later",
        "filter:until": "published on {value} or before",
        "filter:words": "with the words: {value}",
        "words masked": "with certain words, which are not told because names are masked",
        "filter:all": "all articles of the archive",
        "gone:yes": "articles that their portal took down are among them (column `gone`)",
        "gone:no": "without articles that their portal took down",
        "withheld": "without articles that the archive's holder withholds",
        "masked": "with initials in place of the names of private persons",
        "files": "Files",
        "files:data": "- `data/*.parquet`: the tables; `data-dictionary.md` tells what each column "
        "means (for machines: `data-dictionary.csv`, and the schemas of the Parquet files)\n"
        "- `data/counts.csv`: articles by site and year\n"
        "- `ro-crate-metadata.json`: this release described for machines (RO-Crate 1.2)\n"
        "- `CITATION.cff`, `LICENSE.md`\n"
        "- `manifest-sha256.txt`: checksums of all other files; "
        "`sha256sum -c manifest-sha256.txt` checks them",
        "identity": "An article's identity is its `key`; `id` joins the tables of this release and "
        "is another number in any other.",
        "by site": "By site",
        "by site:head": "| site | articles | edited | first | last |",
        "whence": "Where it comes from",
        "whence:read": "The pages were fetched between {first} and {last} (UTC) and read by "
        "newsarchive, which finds title, date, byline, captions and text by itself: read a sample "
        "beside the portal before you trust a field. A field that could not be decided is null.",
        "whence:crawls": "- {site}: crawled {first} to {last} ({crawls}×)",
        "whence:ways": "Versions by how they came: {ways}.",
        "whence:hosts": "Hosts: {hosts}.",
        "more hosts": "and {more} more",
        "names": "People in it",
        "names:masked": "**Names of private persons are replaced by initials**, the same for the "
        "same name within an article; in headlines, leads, captions, tags and every version. This "
        "was done by rules, not by people: some names were missed, and some words that are no "
        "names were replaced. Ages, places, offences and the addresses of articles and pictures "
        "are as they were, and the portals still print the names: whoever looks an article up "
        "finds them. It is no anonymisation in the sense of the law.",
        "names:plain": "The articles name suspects who were never convicted, victims, witnesses "
        "and minors. Publish counts, places and offences rather than names. Names can be masked: "
        "`newsarchive export --dataset DIR --mask-names`.",
        "cite": "How to cite",
        "cite:as": "{makers} ({year}). *{title}* (version {day}) [Data set]. Made with newsarchive "
        "{software}.",
        "cite:article": "An article is cited by its publisher, headline, date and address.",
        "rights": "Rights",
        "rights:text": "The texts belong to their publishers: see [LICENSE.md](LICENSE.md).",
    },
)
VIETNAMESE = Language(
    thousands=".",
    texts={
        "other": "*[English](README.md)*",
        "intro": "Tin của các trang công an Việt Nam. Số bài: {articles}; số trang: {sites}; thời "
        "gian đăng: {days}. Phát hành ngày {day}, tạo bằng newsarchive {software}.",
        "span": "từ {first} đến {last}",
        "no days": "không rõ ngày",
        "choice": "Phạm vi",
        "filter": "{name}: {value}",
        "filter:site": "trang {value}",
        "filter:province": "tỉnh, thành {value} (trước hoặc sau ngày 1/7/2025)",
        "filter:section": "chuyên mục {value}",
        "filter:byline": "tác giả {value}",
        "filter:since": "đăng từ ngày {value} trở đi",
        "filter:until": "đăng đến hết ngày {value}",
        "filter:words": "có các từ: {value}",
        "words masked": "có một số từ, không nêu ra vì tên người đã được che",
        "filter:all": "mọi bài trong kho lưu trữ",
        "gone:yes": "kể cả bài mà trang nguồn đã gỡ (cột `gone`)",
        "gone:no": "không gồm bài mà trang nguồn đã gỡ",
        "withheld": "không gồm bài mà người quản lý kho đã ẩn",
        "masked": "tên của cá nhân được thay bằng chữ viết tắt",
        "files": "Các tệp",
        "files:data": "- `data/*.parquet`: các bảng; `data-dictionary.md` giải thích từng cột (cho "
        "máy: `data-dictionary.csv`, và lược đồ của các tệp Parquet)\n"
        "- `data/counts.csv`: số bài theo trang và năm\n"
        "- `ro-crate-metadata.json`: mô tả bản phát hành cho máy (RO-Crate 1.2)\n"
        "- `CITATION.cff`, `LICENSE.md`\n"
        "- `manifest-sha256.txt`: mã kiểm tra của mọi tệp khác; kiểm tra bằng "
        "`sha256sum -c manifest-sha256.txt`",
        "identity": "Định danh của bài là `key`; `id` nối các bảng của bản phát hành này, ở bản "
        "khác là số khác.",
        "by site": "Theo trang",
        "by site:head": "| trang | số bài | đã sửa | sớm nhất | mới nhất |",
        "whence": "Nguồn dữ liệu",
        "whence:read": "Các trang được tải từ {first} đến {last} (UTC) và được newsarchive đọc; "
        "phần mềm tự tìm tiêu đề, ngày, tác giả, chú thích và nội dung: hãy đối chiếu một số bài "
        "với trang nguồn trước khi tin một trường. Trường không xác định được thì để trống.",
        "whence:crawls": "- {site}: thu thập từ {first} đến {last} ({crawls} lượt)",
        "whence:ways": "Phiên bản theo cách có được: {ways}.",
        "whence:hosts": "Máy chủ: {hosts}.",
        "more hosts": "và {more} máy chủ khác",
        "names": "Những người trong dữ liệu",
        "names:masked": "**Tên của cá nhân (nghi phạm, nạn nhân, nhân chứng, trẻ em) được thay "
        "bằng chữ viết tắt**, cùng một tên thì giống nhau trong một bài; cả ở tiêu đề, sa pô, chú "
        "thích, thẻ và mọi phiên bản. Việc này do quy tắc làm, không do người: một số tên bị sót, "
        "một số từ không phải tên bị thay. Tuổi, địa danh, tội danh và địa chỉ của bài, của ảnh "
        "vẫn như cũ, và trang nguồn vẫn in tên: ai tra lại bài sẽ thấy. Đây không phải là khử nhận "
        "dạng theo nghĩa của luật.",
        "names:plain": "Các bài nêu tên nghi phạm chưa từng bị kết án, nạn nhân, nhân chứng và trẻ "
        "vị thành niên. Hãy công bố số liệu, địa danh, tội danh thay vì tên. Có thể che tên: "
        "`newsarchive export --dataset DIR --mask-names`.",
        "cite": "Cách trích dẫn",
        "cite:as": "{makers} ({year}). *{title}* (phiên bản {day}) [Bộ dữ liệu]. Tạo bằng "
        "newsarchive {software}.",
        "cite:article": "Một bài được trích dẫn theo đơn vị xuất bản, tiêu đề, ngày và địa chỉ.",
        "rights": "Bản quyền",
        "rights:text": "Bài viết thuộc về đơn vị xuất bản: xem [LICENSE.md](LICENSE.md).",
    },
)


def abstract(about: About) -> str:
    """The release in one sentence of English."""
    return f"Articles of Vietnamese police portals: {'; '.join(choice(ENGLISH, about))}."


def readme(say: Language, about: About, tally: Tally, crawls: list[Row]) -> str:
    """The README as Markdown."""
    parts = [
        f"# {about.name}",
        say("other"),
        say(
            "intro", articles=tally.articles, sites=len(tally.sites),
            days=_span(say, tally.days), day=about.day, software=about.software,
        ),
        f"## {say('choice')}",
        _list(choice(say, about)),
        f"## {say('files')}",
        say("files:data"),
        say("identity"),
        f"## {say('by site')}",
        "\n".join(_sites(say, tally)),
        f"## {say('whence')}",
        *_whence(say, tally, crawls),
        f"## {say('names')}",
        say("names:masked" if about.masked else "names:plain"),
        f"## {say('cite')}",
        say(
            "cite:as", makers=", ".join(maker.name for maker in about.makers),
            year=about.day[:4], title=about.name, day=about.day, software=about.software,
        ),
        say("cite:article"),
        f"## {say('rights')}",
        say("rights:text"),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def choice(say: Language, about: About) -> list[str]:
    """What was chosen, in sentences without a full stop."""
    told = [
        say(f"filter:{name}" if f"filter:{name}" in say.texts else "filter", name=name, value=value)
        for name, value in about.filters()
    ]
    if about.words is not None and about.shown_words is None:
        told.append(say("words masked"))
    told = told or [say("filter:all")]
    told += [say("gone:yes" if about.gone else "gone:no"), say("withheld")]
    return [*told, say("masked")] if about.masked else told


def _sites(say: Language, tally: Tally) -> list[str]:
    lines = [say("by site:head"), "| --- | ---: | ---: | --- | --- |"]
    for slug, site in sorted(tally.sites.items()):
        numbers = f"{say.number(site.articles)} | {say.number(site.edited)}"
        lines.append(f"| {slug} | {numbers} | {site.first_day or ''} | {site.last_day or ''} |")
    return lines


def _whence(say: Language, tally: Tally, crawls: list[Row]) -> list[str]:
    told = []
    if tally.fetched.first:
        told.append(say("whence:read", first=tally.fetched.first, last=tally.fetched.last))
    runs = [say("whence:crawls", **run) for run in crawls if run["site"] in tally.sites]
    if runs:
        told.append("\n".join(runs))
    ways = ", ".join(f"{way} {say.number(n)}" for way, n in sorted(tally.ways.items()))
    if ways:
        told.append(say("whence:ways", ways=ways))
    hosts = sorted(tally.hosts)
    shown = hosts[:_HOSTS]
    if len(hosts) > _HOSTS:
        shown.append(say("more hosts", more=len(hosts) - _HOSTS))
    if shown:
        told.append(say("whence:hosts", hosts=", ".join(shown)))
    return told


def _span(say: Language, span: Span) -> str:
    return say("span", first=span.first, last=span.last) if span.first else say("no days")


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
