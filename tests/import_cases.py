"""What the tests of `newsarchive import` share: pages, a dump, what came in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from crawl_cases import rows
from intake_cases import Kept, pages
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

PAGES = pages()
(ONE, BODY), (TWO, SECOND), *_ = PAGES
LATER = "2023-01-01T00:00:00Z"
DUMP = """Thứ sáu, ngày 31/3/2023

Tổ tự quản thôn Suối Mơ giữ bình yên cho bản làng

Thứ Hai 22/08/2022 10:11

Xem với cỡ chữ
Sáng 22/8, Công an xã Suối Mơ cùng tổ tự quản đã tổ chức tuần tra, nhắc nhở các hộ dân giữ gìn an ninh trật tự trong thôn, phòng ngừa trộm cắp tài sản vào ban đêm.

Trước đó, trong lúc tuần tra quanh chợ, tổ công tác nhặt được một chiếc ví không có giấy tờ, bên trong có nhiều tiền mặt. Qua loa truyền thanh của xã, Công an đã tìm được người đánh rơi và trao lại đủ số tiền.

Công an khuyến cáo người dân nâng cao cảnh giác, kịp thời trình báo khi phát hiện dấu hiệu nghi vấn để được hướng dẫn và xử lý theo quy định của pháp luật.

Văn Tú
"""


def kept(number: int = len(PAGES), **more: Any) -> list[Kept]:
    return [Kept(url=url, body=body, **more) for url, body in PAGES[:number]]


def count(db: Path, table: str) -> int:
    found: int = rows(db, f"SELECT count(*) FROM {table}")[0][0]
    return found


def sound(folder: Path) -> list[str]:
    """The ids of all records in our WARC files, which must be sound."""
    ids = []
    for path in sorted(folder.iterdir()):
        assert path.name.endswith(".warc.gz"), "left open"

        class Arguments:
            inputs = (str(path),)
            verbose = False

        checker = Checker(Arguments())
        checker.process_all()
        assert not checker.exit_value
        with path.open("rb") as file:
            ids += [
                record.rec_headers.get_header("WARC-Record-ID")
                for record in ArchiveIterator(file)
                if record.rec_type != "warcinfo"
            ]
    return ids


def write(path: Path, content: bytes | str, modified: int = 1661137860) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (modified, modified))
    return path
