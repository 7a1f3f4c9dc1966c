"""Every table and column of Parquet files and releases: its type, and what it means."""

from __future__ import annotations

from dataclasses import dataclass

# How types are told to people, by their short name here.
TYPES = {
    "int": "int64",
    "small": "int32",
    "text": "string",
    "day": "date32",
    "time": "timestamp[ms, UTC]",
    "texts": "list<string>",
    "images": "list<struct<url: string, caption: string, credit: string>>",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. kind: one of TYPES. needed: never null. english, vietnamese: what it holds."""

    name: str
    kind: str
    english: str
    vietnamese: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a release. name: of its file too. rows: what one row is, in both languages."""

    name: str
    english: str
    vietnamese: str
    columns: tuple[Column, ...]


ID = Column(
    "id", "int", "Number of the article in this release; elsewhere it has another.",
    "Mã số bài trong bản phát hành này; bản khác dùng mã số khác.", True,
)  # fmt: skip
_ARTICLE = Column(
    "article", "int", "Number of the article (articles.id).", "Mã số bài (articles.id).", True
)
_KEY = Column(
    "key", "text", "Identity: canonical address without scheme, www and tracking. Cite by it.",
    "Định danh: địa chỉ chuẩn, bỏ giao thức, www và tham số theo dõi. Dùng để trích dẫn.", True,
)  # fmt: skip
_TEXT = (
    Column("title", "text", "Headline.", "Tiêu đề.", True),
    Column("lead", "text", "Summary that opens the story (sapo).", "Sa pô."),
    Column("byline", "text", "Authors as printed.", "Tác giả như in trên trang."),
    Column(
        "source", "text", "Outlet the story was taken from, if another one.",
        "Nguồn tin, nếu lấy lại từ nơi khác.",
    ),
    Column("section", "text", "Deepest section named on the page.", "Chuyên mục cụ thể nhất."),
)  # fmt: skip
_PUBLISHED = (
    Column(
        "published", "text",
        "When published, ISO 8601 in Vietnam's time (+07:00); a day alone where no time is given.",
        "Thời điểm đăng, ISO 8601 theo giờ Việt Nam (+07:00); chỉ có ngày nếu trang không ghi giờ.",
    ),
    Column("day", "day", "Day of publication in Vietnam.", "Ngày đăng tại Việt Nam."),
    Column(
        "published_text", "text", "The date as printed on the page.",
        "Ngày giờ như in trên trang.",
    ),
)  # fmt: skip
_BODY = (
    Column(
        "body", "text", "Paragraphs, joined by a blank line.",
        "Các đoạn văn, cách nhau một dòng trống.", True,
    ),
    Column(
        "images", "images", "Pictures in reading order: address, caption, credit.",
        "Ảnh theo thứ tự: địa chỉ, chú thích, người chụp.", True,
    ),
)  # fmt: skip
_SITE = Column("site", "text", "Slug of the portal.", "Mã của trang nguồn.", True)
_URL = Column("url", "text", "Address.", "Địa chỉ.", True)
GONE = Column(
    "gone", "time", "Since when the portal no longer has it (UTC).",
    "Từ khi nào trang nguồn không còn bài (UTC).",
)  # fmt: skip
_SEEN = Column("seen", "time", "When we met it (UTC).", "Khi được ghi nhận (UTC).", True)

ARTICLES = Table(
    "articles", "An article, as last read.", "Một bài, theo lần đọc mới nhất.",
    (
        ID,
        _KEY,
        _SITE,
        _URL,
        _TEXT[0],
        *_PUBLISHED,
        Column(
            "modified", "text", "Later change that the page states, Vietnam's time.",
            "Lần sửa mà trang ghi, theo giờ Việt Nam.",
        ),
        _TEXT[4],
        *_TEXT[1:4],
        *_BODY,
        Column("tags", "texts", "Tags as shown on the page.", "Thẻ như in trên trang.", True),
        Column(
            "origins", "text", "Where each field came from (a JSON object).",
            "Mỗi trường lấy từ đâu (đối tượng JSON).", True,
        ),
        Column("first_seen", "time", "When first met (UTC).", "Khi gặp lần đầu (UTC).", True),
        Column("last_seen", "time", "When last met (UTC).", "Khi gặp lần cuối (UTC).", True),
        Column(
            "version", "small", "Number of the latest version, from 1.",
            "Số của phiên bản mới nhất, từ 1.", True,
        ),
    ),
)  # fmt: skip
VERSIONS = Table(
    "versions", "A version of an article that was edited, the first one too.",
    "Một phiên bản của bài đã bị sửa, kể cả bản đầu tiên.",
    (
        _ARTICLE,
        Column("version", "small", "From 1.", "Từ 1.", True),
        _SEEN,
        *_TEXT,
        *_PUBLISHED,
        *_BODY,
    ),
)  # fmt: skip
CAPTURES = Table(
    "captures", "The response that a version of an article was read from.",
    "Phản hồi HTTP mà từ đó một phiên bản của bài được đọc.",
    (
        _ARTICLE,
        Column("version", "small", "Which version of it.", "Phiên bản nào.", True),
        Column("record_id", "text", "Id of the WARC record.", "Mã của bản ghi WARC.", True),
        Column("url", "text", "Address that was asked.", "Địa chỉ đã truy cập.", True),
        Column("fetched", "time", "When (UTC).", "Khi nào (UTC).", True),
        Column("status", "small", "HTTP status.", "Mã trạng thái HTTP.", True),
        Column(
            "digest", "text", "SHA-256 of the body, its encoding undone.",
            "SHA-256 của nội dung đã giải nén.", True,
        ),
        Column(
            "via", "text", "live, import, wayback or commoncrawl.",
            "live, import, wayback hoặc commoncrawl.", True,
        ),
        Column(
            "archive_url", "text", "Where a web archive holds it.",
            "Nơi một kho lưu trữ web giữ bản này.",
        ),
    ),
)  # fmt: skip
IMAGES = Table(
    "images", "A picture of an article.", "Một ảnh của bài.",
    (
        _ARTICLE,
        Column("position", "small", "Place among them, from 1.", "Thứ tự, từ 1.", True),
        Column("url", "text", "Address of the file.", "Địa chỉ của tệp."),
        Column(
            "caption", "text", "Caption as printed, without the credit.",
            "Chú thích như in trên trang, không kèm tên người chụp.",
        ),
        Column("credit", "text", "Photographer or agency.", "Người chụp hoặc hãng ảnh."),
    ),
)  # fmt: skip
TAGS = Table(
    "tags", "A tag of an article.", "Một thẻ của bài.",
    (_ARTICLE, Column("tag", "text", "As shown on the page.", "Như in trên trang.", True)),
)  # fmt: skip
EVENTS = Table(
    "events", "What became of an article on its portal.", "Chuyện xảy ra với bài trên trang nguồn.",
    (
        _ARTICLE,
        _SEEN,
        Column(
            "what", "text", "gone (taken down), returned or moved (its address changed).",
            "gone (bị gỡ), returned (đăng lại) hoặc moved (đổi địa chỉ).", True,
        ),
    ),
)  # fmt: skip
REPRINTS = Table(
    "reprints", "An article whose story others tell too, on this portal or another.",
    "Một bài mà câu chuyện của nó cũng được bài khác kể, trên cùng trang hoặc trang khác.",
    (
        _ARTICLE,
        Column(
            "story", "int", "Number of the story: the same for all that tell it, of which some may "
            "not be in this release.",
            "Mã số câu chuyện: giống nhau ở mọi bài kể nó, có bài có thể không nằm trong bản này.",
            True,
        ),
    ),
)  # fmt: skip
SITES = Table(
    "sites", "A portal, and how much of it is in this release.",
    "Một trang nguồn, và phần của nó trong bản phát hành này.",
    (
        Column("slug", "text", "Name of the portal everywhere here.", "Mã của trang nguồn.", True),
        Column("name", "text", "Name.", "Tên.", True),
        Column(
            "province", "text", "Province when the portal was made.",
            "Tỉnh, thành khi trang được lập.",
        ),
        Column(
            "province_2025", "text", "Province since 1 July 2025.",
            "Tỉnh, thành từ ngày 1 tháng 7 năm 2025.",
        ),
        Column("home", "text", "Where a crawl starts.", "Nơi bắt đầu thu thập."),
        Column("articles", "int", "Articles in this release.", "Số bài trong bản này.", True),
        Column("edited", "int", "Those that were edited.", "Số bài đã bị sửa.", True),
        Column("first_day", "day", "Day of the earliest.", "Ngày của bài sớm nhất."),
        Column("last_day", "day", "Day of the latest.", "Ngày của bài mới nhất."),
    ),
)  # fmt: skip
TABLES = (ARTICLES, VERSIONS, CAPTURES, IMAGES, TAGS, EVENTS, REPRINTS, SITES)


def articles_table(*, gone: bool) -> Table:
    """The table of articles, with the column gone if articles that are gone are among them."""
    if not gone:
        return ARTICLES
    return Table(ARTICLES.name, ARTICLES.english, ARTICLES.vietnamese, (*ARTICLES.columns, GONE))


# Of counts.csv: the columns, with what they hold.
COUNTS = {
    "site": ("Slug of the portal.", "Mã của trang nguồn."),
    "year": (
        "Year of publication in Vietnam; empty where undated.",
        "Năm đăng tại Việt Nam; trống nếu không rõ ngày.",
    ),
    "articles": ("Articles.", "Số bài."),
    "edited": ("Those of them that were edited.", "Số bài trong đó đã bị sửa."),
}
