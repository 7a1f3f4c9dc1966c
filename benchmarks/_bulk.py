"""Big archives for the benchmarks: invented police news, as many articles as wanted.

The words are Vietnamese and as unevenly frequent as those of real news: a few in every article,
many in a few, some in one of a million. Who, where and what happened is drawn by lot.

    python benchmarks/_bulk.py --articles N FOLDER
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from newsarchive.archive import Archive, _indexes
from newsarchive.sites import Site, all_sites

LAST = datetime(2026, 6, 30, 18)
DAYS = 3650
_BATCH = 20_000
_HASH = 1 << 20  # FTS5's default
# The most frequent first; each is drawn about as often as its rank says (Zipf).
_FREQUENT = """
công_an, và, của, các, trong, tỉnh, được, với, đối_tượng, cho, đã, huyện, người, có, không,
thành_phố, phường, xã, tại, từ, về, này, khi, theo, năm, ngày, lực_lượng, một, những, trên, để,
đến, bị, là, cơ_quan, điều_tra, vụ, ra, chức_năng, cán_bộ, chiến_sĩ, nhân_dân, địa_bàn, thôn,
trường_hợp, đồng_chí, phát_hiện, quy_định, tổ_chức, thực_hiện, hành_vi, tiếp_tục, an_ninh_trật_tự,
trật_tự, xử_lý, cảnh_sát, hình_sự, công_tác, đơn_vị, phối_hợp, kiểm_tra, tuyên_truyền, vi_phạm,
pháp_luật, bắt_giữ, khởi_tố, tội_phạm, phòng_chống, giao_thông, ma_túy, xe_mô_tô, tài_sản,
trộm_cắp, chiếm_đoạt, lừa_đảo, điện_thoại, di_động, tạm_giữ, số_tiền, triệu_đồng, đường_dây,
đánh_bạc, hồ_sơ, tang_vật, quần_chúng, bảo_vệ, tổ_quốc, phong_trào, thanh_niên, học_sinh,
nhà_trường, gia_đình, trẻ_em, phụ_nữ, mạng_xã_hội, căn_cước, dữ_liệu, dân_cư, định_danh,
chữa_cháy, cứu_nạn, cứu_hộ, tai_nạn, nồng_độ_cồn, lái_xe, ô_tô, biển_số, quốc_lộ, tuần_tra,
kiểm_soát, cao_điểm, tấn_công, trấn_áp, vũ_khí, pháo_nổ, vật_liệu_nổ, môi_trường, khai_thác,
cát_trái_phép, buôn_lậu, hàng_giả, gian_lận, thương_mại, thuế, tham_nhũng, hối_lộ, xuất_cảnh,
nhập_cảnh, biên_giới, khu_vực, hội_nghị, lãnh_đạo, giám_đốc, phó_giám_đốc, đại_tá, thượng_tá,
trung_tá, thiếu_tá, đại_úy, khen_thưởng, biểu_dương, thành_tích, tặng_quà, từ_thiện, nghĩa_tình,
hiến_máu, hòa_giải, cơ_sở, tiếp_dân, cải_cách, hành_chính, truy_nã, đầu_thú, bị_can, bị_cáo,
nạn_nhân, nhân_chứng, khám_xét, nơi_ở, lệnh_bắt, tạm_giam, viện_kiểm_sát, tòa_án, xét_xử, bản_án,
tuyên_phạt, tù_giam, cố_ý_gây_thương_tích, giết_người, cướp_giật, mại_dâm, cờ_bạc, cá_độ, bóng_đá,
tín_dụng_đen, cho_vay, lãi_nặng, đòi_nợ, gây_rối, đua_xe, heroin, ketamine, cần_sa, thuốc_lắc,
hồng_phiến
"""
# Words that stand in so many of a million articles.
PLANTED = {
    "xyanua": 3,
    "fentanyl": 12,
    "cổ vật": 60,
    "đường dây nóng buôn người": 150,
    "tê giác": 400,
    "bạc giả": 1_500,
    "thủy điện": 4_000,
    "hoà thượng": 9_000,
    "sầu riêng": 22_000,
    "bão lũ": 48_000,
}
_ONSETS = """
b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x
"""
_RIMES = """
a á à ả ã ạ an án àn ang áng àng anh ánh ao áo ào ay áy ăn ắn ăng ắng ằng âm ấm ân ấn ần ất ật
ây ấy ầy e é en én eo éo ê ế ên ến ền ênh i í ì ia ía iê iên iến iền iệt iêu inh ính ình o ó ò
oa óa oan oán oi ói on ong óng ô ố ồ ôi ối ôn ốn ông ống ồng ơ ớ ờ ơi ới ơn u ú ù ua úa uân uất
uôn uông uy ư ứ ừ ưa ứa ưng ươi ươn ương ướng ường ưu
"""
_SURNAMES = """
Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Y H'
"""
_GIVEN = """
An Anh Bình Cường Dũng Đức Giang Hà Hải Hoa Hùng Hương Lan Linh Minh Nam Tú Thu Văn
"""
_SECTIONS = (
    "An ninh trật tự", "Tin hoạt động", "Gương người tốt", "Phòng chống tội phạm", "Pháp luật",
    "An toàn giao thông", "Cảnh báo", "Cải cách hành chính", "Tin trong nước", "Văn bản",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stories are made of; `words` are for the rare ones among them."""

    runs: list[str]
    words: list[str]
    people: list[str]
    places: list[str]


def build(path: Path, articles: int, *, seed: int = 7, quiet: bool = False) -> Path:
    """Make an archive of so many articles at `path`, with all indexes; one that is there stays."""
    if path.exists():
        return path
    sites = [site for site in all_sites().values() if site.province]
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with Archive.open(part) as archive:
        for site in sites:
            archive.register_site(site)
    started = time.monotonic()
    with closing(sqlite3.connect(part)) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("PRAGMA cache_size = -200000")
        _hash(conn, 16 * _HASH)  # fewer parts to join afterwards
        # In a trigger FTS5 writes after every row; a batch is told to it at once.
        trigger = conn.execute(_TRIGGER).fetchone()[0]
        conn.execute("DROP TRIGGER articles_fts_insert")
        rows = _articles(random.Random(seed), sites, articles)
        done = 0
        while batch := list(islice(rows, _BATCH)):
            with conn:
                _write(conn, batch)
            done += len(batch)
            if not quiet and done % 20_000 == 0:
                print(f"{done} articles, {time.monotonic() - started:.0f} s", file=sys.stderr)
        conn.execute(trigger)
        _hash(conn, _HASH)
        # As in an old archive: whoever writes next does not have to find the stories of all.
        conn.execute("UPDATE reprints_due SET old = 1")
        conn.commit()
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    part.rename(path)
    return path


def _hash(conn: sqlite3.Connection, size: int) -> None:
    """How many bytes of words FTS5 gathers before it writes them."""
    for table in ("articles_fts", "articles_exact"):
        conn.execute(f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', ?)", (size,))  # noqa: S608  names of ours


Row = dict[str, Any]
_COLUMNS = (
    "id", "key", "site", "url", "title", "lead", "byline", "section", "published", "published_day",
    "published_text", "captions", "body", "origins", "parser", "version", "first_seen",
    "last_seen", "gone",
)  # fmt: skip
_ARTICLE = (
    f"INSERT INTO articles({', '.join(_COLUMNS)}) "  # noqa: S608  names of ours
    f"VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)
_TRIGGER = "SELECT sql FROM sqlite_schema WHERE name = 'articles_fts_insert'"
_FOLDED = """
    INSERT INTO articles_fts(rowid, title, lead, body, captions, byline)
    SELECT id, title, lead, body, captions, byline FROM articles_folded WHERE id BETWEEN ? AND ?
"""
_VERSION = """
    INSERT INTO versions(article, version, seen, title, lead, byline, section, published,
        published_text, body)
    VALUES (:id, :version, :first_seen, :title, :lead, :byline, :section, :published,
        :published_text, :body)
"""


def _write(conn: sqlite3.Connection, batch: list[Row]) -> None:
    """Write articles with what belongs to them, and index them."""
    conn.executemany(_ARTICLE, batch)
    conn.execute(_FOLDED, (batch[0]["id"], batch[-1]["id"]))
    for row in batch:
        searched = tuple(row[n] for n in ("title", "lead", "body", "captions", "byline"))
        _indexes.index(conn, row["id"], searched)
    edited = [row for row in batch if row["version"] > 1]
    conn.executemany(_VERSION, [{**row, "version": 1, "body": row["before"]} for row in edited])
    conn.executemany(_VERSION, batch)
    conn.executemany("INSERT INTO urls(key, article, url) VALUES (:key, :id, :url)", batch)
    conn.executemany(
        "INSERT INTO images(article, position, url, caption) "
        "VALUES (:id, 1, :url || '/1.jpg', :captions)",
        [row for row in batch if row["captions"]],
    )
    conn.executemany(
        "INSERT INTO events(article, seen, what) VALUES (:id, :gone, 'gone')",
        [row for row in batch if row["gone"]],
    )


def _articles(rng: random.Random, sites: list[Site], count: int) -> Iterator[Row]:
    """Rows in the order in which an archive meets them.

    First every site from its newest article back, as a first crawl walks it; then, of the last
    fifth of the time, what all of them put up day by day.
    """
    shares = [1 / (rank + 3) for rank in range(len(sites))]
    first = LAST - timedelta(days=DAYS // 5)
    crawled = int(count * 0.8)
    plan: list[tuple[Site, datetime]] = []
    for site, share in zip(sites, shares, strict=True):
        size = int(crawled * share / sum(shares))
        times = (first - timedelta(days=rng.random() ** 1.3 * DAYS * 0.8) for _ in range(size))
        plan += [(site, when) for when in sorted(times, reverse=True)]
    later = rng.choices(sites, weights=shares, k=count - len(plan))
    times = (first + timedelta(days=rng.random() * DAYS / 5) for _ in later)
    plan += list(zip(later, sorted(times), strict=True))
    planted = _planted(rng, count)
    drawn = _drawn(rng)
    for number, (site, when) in enumerate(plan, 1):
        text = _Text(rng, drawn, planted.get(number, []))
        seen = max(when, first) - timedelta(hours=6)
        yield text.article(number, site, when, f"{seen.replace(tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}")


class _Text:
    """One story."""

    def __init__(self, rng: random.Random, drawn: Drawn, planted: list[str]) -> None:
        self._rng = rng
        self._drawn = drawn
        self._runs = iter(rng.choices(drawn.runs, k=60))
        self._people = iter(rng.choices(drawn.people, k=12))
        self._places = iter(rng.choices(drawn.places, k=12))
        self._planted = planted

    def _sentence(self, runs: int, *more: str) -> str:
        parts = [next(self._runs), *more, *islice(self._runs, runs - 1)]
        text = " ".join(parts)
        return text[0].upper() + text[1:]

    def article(self, number: int, site: Site, when: datetime, seen: str) -> Row:
        """Its row, and under 'before' what an edited one said at first."""
        rng = self._rng
        title = self._sentence(1, *self._planted[:1] if number % 3 == 0 else ())
        lead = f"{self._sentence(3, next(self._places))}."
        paragraphs = [
            f"{self._sentence(3, next(self._places), f'ngày {rng.randint(1, 28)}')}. "
            f"{self._sentence(3, next(self._people), rng.choice(self._drawn.words))}."
            for _ in range(rng.randint(2, 5))
        ]
        paragraphs[-1] = " ".join((paragraphs[-1], *self._planted))
        url = f"https://{site.hosts[0]}/tin-tuc/bai-{number}.html"
        day = f"{when:%Y-%m-%d}"
        stamp = day if number % 5 == 0 else f"{when:%Y-%m-%dT%H:%M}:00+07:00"
        dated = number % 400 != 0
        edited = number % 31 == 0
        return {
            "id": number, "key": url.removeprefix("https://"), "site": site.slug, "url": url,
            "title": title, "lead": lead,
            "byline": next(self._people) if number % 3 else None,
            "section": rng.choice(_SECTIONS),
            "published": stamp if dated else None, "published_day": day if dated else None,
            "published_text": f"{when:%d/%m/%Y %H:%M}" if dated else None,
            "captions": f"{self._sentence(1)}." if number % 2 else None,
            "body": "\n\n".join(paragraphs), "before": "\n\n".join(paragraphs[:-1]),
            "origins": '{"title":"h1","published":"near-title","body":"layout"}', "parser": "bulk",
            "version": 2 if edited else 1, "first_seen": seen, "last_seen": seen,
            "gone": seen if number % 211 == 0 else None,
        }  # fmt: skip


def _drawn(rng: random.Random) -> Drawn:
    frequent = [word.replace("_", " ") for word in _FREQUENT.replace(",", " ").split()]
    onsets, rimes, surnames, given = map(str.split, (_ONSETS, _RIMES, _SURNAMES, _GIVEN))
    syllables = [onset + rime for onset in onsets for rime in rimes]
    rng.shuffle(syllables)
    common = syllables[:400]  # most words are made of few syllables
    rare = (
        f"{rng.choice(common)} {rng.choice(common if at < 8_000 else syllables)}"
        for at in range(30_000)
    )
    words = [*frequent, *dict.fromkeys(rare)]
    sums = list(accumulate((rank + 6) ** -1.15 for rank in range(len(words))))
    runs = (
        " ".join(rng.choices(words, cum_weights=sums, k=rng.randint(4, 6))) for _ in range(60_000)
    )
    people = (
        f"{rng.choice(surnames)} {rng.choice(given)} {rng.choice(given)}" for _ in range(5_000)
    )
    provinces = [site.province for site in all_sites().values() if site.province]
    places = (
        f"{rng.choice(onsets).title()}{rng.choice(rimes)} {rng.choice(given)}" for _ in range(800)
    )
    return Drawn(
        runs=list(dict.fromkeys(runs)), words=words, people=list(dict.fromkeys(people)),
        places=[*provinces * 4, *places],
    )  # fmt: skip


def _planted(rng: random.Random, count: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for word, of_million in PLANTED.items():
        for number in rng.sample(range(1, count + 1), max(1, of_million * count // 1_000_000)):
            found.setdefault(number, []).append(word)
    return found


def main() -> int:
    """Make one; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    print(build(given.folder / f"bulk-{given.articles}.db", given.articles))
    return 0


if __name__ == "__main__":
    sys.exit(main())
