"""Texts of what all pages share: header, footer, languages, errors, numbers and times."""

from __future__ import annotations

VIETNAMESE = {
    "skip": "Đến nội dung",
    "home": "Trang đầu",
    "nav": "Chính",
    "nav:search": "Tìm kiếm",
    "nav:places": "Tỉnh, thành",
    "nav:data": "Dữ liệu",
    "languages": "Ngôn ngữ",
    "language:vi": "Tiếng Việt",
    "language:en": "English",
    "search:box": "Tìm trong kho tin",
    "search:go": "Tìm",
    "footer:note": (
        "Tin công an nêu tên nghi can, nạn nhân và trẻ vị thành niên: hãy nghĩ đến họ trước khi "
        "công bố điều gì từ kho này."
    ),
    "footer:local": "Chạy trên máy này, chỉ đọc: không gì được ghi vào kho, không gì gửi ra ngoài.",
    "footer:data": "Mọi bảng",
    "footer:sql": "Truy vấn SQL",
    "footer:json": "JSON",
    "footer:live": "Kho {name}, xem lúc {time}",
    "error": "Có lỗi",
    "error:400": "Yêu cầu không đúng",
    "error:403": "Không được phép",
    "error:404": "Không có trang này",
    "error:404:what": "Địa chỉ này không dẫn tới bài, trang hay bảng nào của kho.",
    "error:500": "Máy chủ gặp lỗi",
    "error:500:what": "Chi tiết nằm ở cửa sổ nơi newsarchive serve đang chạy.",
    "error:503": "Chưa trả lời được",
    "error:slow": "Câu hỏi này mất quá nhiều thời gian; hãy thêm điều kiện lọc rồi thử lại.",
    "error:back": "Về trang đầu",
    "numbers": "Xem số liệu",
    "data": "Dữ liệu",
    "data:what": (
        "Mọi bảng của kho, chỉ đọc: lọc, xếp, lấy về dạng JSON hay CSV, hoặc hỏi bằng SQL. Các "
        "trang này nói tiếng Anh."
    ),
    "data:queries": "Câu hỏi có sẵn",
    "data:tables": "Bảng",
    "data:table": "Bảng",
    "data:rows": "Số hàng",
    "data:columns": "Nội dung và các cột",
    "data:many": "nhiều",
    "data:hidden": "Xem cả {n} bảng nội bộ",
    "data:views": "Khung nhìn",
    "data:sql": "Hỏi bằng SQL",
    "data:run": "Chạy",
    "articles": "{n} bài",
    "sites": "{n} trang nguồn",
    "undated": "không rõ ngày",
}

ENGLISH = {
    "skip": "Skip to content",
    "home": "Home",
    "nav": "Main",
    "nav:search": "Search",
    "nav:places": "Provinces",
    "nav:data": "Data",
    "languages": "Language",
    "language:vi": "Tiếng Việt",
    "language:en": "English",
    "search:box": "Search the archive",
    "search:go": "Search",
    "footer:note": (
        "Police news names suspects, victims and minors: think of them before you publish "
        "anything from this archive."
    ),
    "footer:local": (
        "Runs on this machine, read-only: nothing is written to the archive, nothing is sent out."
    ),
    "footer:data": "All tables",
    "footer:sql": "SQL query",
    "footer:json": "JSON",
    "footer:live": "Archive {name}, seen at {time}",
    "error": "Something went wrong",
    "error:400": "This request is not right",
    "error:403": "Not allowed",
    "error:404": "There is no such page",
    "error:404:what": "This address leads to no article, site or table of the archive.",
    "error:500": "The server failed",
    "error:500:what": "Details are in the window in which newsarchive serve runs.",
    "error:503": "No answer yet",
    "error:slow": "This question takes too long; narrow it by a filter and try again.",
    "error:back": "Back to the start",
    "numbers": "Show the numbers",
    "data": "Data",
    "data:what": (
        "Every table of the archive, read-only: filter, sort, take as JSON or CSV, or ask in SQL."
    ),
    "data:queries": "Ready-made questions",
    "data:tables": "Tables",
    "data:table": "Table",
    "data:rows": "Rows",
    "data:columns": "What it holds, and its columns",
    "data:many": "many",
    "data:hidden": "Show {n} internal tables too",
    "data:views": "Views",
    "data:sql": "Ask in SQL",
    "data:run": "Run",
    "articles": "{n} articles",
    "articles:one": "1 article",
    "sites": "{n} sites",
    "sites:one": "1 site",
    "undated": "no date",
}
