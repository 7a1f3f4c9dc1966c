"""Every text of the report: the same keys in both languages, those of health's page beside them."""

from __future__ import annotations

from newsarchive.health import page_texts

# What health calls a kind of trouble, a report calls so too; and so it counts articles.
_SHARED = ("kind:", "trouble:", "articles")

VIETNAMESE = {
    "title": "Báo cáo {time}",
    "time:month": "tháng {month}/{year}",
    "time:year": "năm {year}",
    "month": "tháng {month}/{year}",
    **{f"month:{number}": f"tháng {number}" for number in range(1, 13)},
    "all": "Mọi trang của kho {archive}",
    "skip": "Đến nội dung",
    "intro": "Tin đăng trên các trang công an ở Việt Nam, như kho lưu trữ này ghi lại được.",
    "open": (
        "Kỳ này chưa hết khi báo cáo được lập: số liệu còn tăng, và ngày cuối mới chỉ có một phần."
    ),
    "figure:articles": "bài đăng trong kỳ",
    "figure:before": "kỳ liền trước, cùng độ dài: {n}",
    "figure:sites": "trang nguồn có bài, trong {all}",
    "figure:edits": "lần sửa gặp trong kỳ",
    "figure:edited": "ở {n} bài",
    "figure:taken": "bài bị gỡ trong kỳ",
    "figure:returned": "{n} bài từng bị gỡ đã trở lại",
    "figure:known": "ngày được theo dõi",
    "figure:known:of": "{n} trong {all} ngày của các trang được quét",
    "undated": "Ngoài ra có {n} bài không ghi ngày, gặp lần đầu trong kỳ; chúng không nằm trong "
    "biểu đồ nào.",
    "empty": "Trong kỳ này kho không có bài nào.",
    "empty:silent": "Không có bài không có nghĩa là không có tin: xem bên dưới các trang đã được "
    "theo dõi đến đâu.",
    "sure": "Số liệu chắc đến đâu",
    "sure:covered": "{sites} được theo dõi đủ: xem mọi hay gần mọi ngày, ngày còn lại đã được "
    "lượt quét sau bù.",
    "sure:silent": "{sites} im lặng: được theo dõi đủ mà không có bài nào.",
    "sure:partly": "{sites} chỉ được xem một phần: số bài là số ít nhất, có thể thiếu.",
    "sure:broken": "{sites} bị hỏng cả kỳ: có lượt quét nhưng không lượt nào tốt. Không có bài ở "
    "đây không nói gì về tin.",
    "sure:unlooked": "{sites} không được quét trong kỳ; các lượt quét về sau chỉ thấy những gì còn "
    "lại, bài bị sửa hay gỡ trước đó thì không biết.",
    "sure:blind": "{sites} không có lượt quét tốt nào từ đó đến nay: kho không biết gì về kỳ này.",
    "sure:never": "{sites} không do kho này quét: bài đến từ nguồn nhập vào, thiếu bài không nói "
    "lên điều gì.",
    "sites": "{n} trang nguồn",
    "verdict:covered": "theo dõi đủ",
    "verdict:silent": "im lặng: có xem, không có bài",
    "verdict:partly": "chỉ biết một phần",
    "verdict:broken": "hỏng cả kỳ",
    "verdict:unlooked": "không quét trong kỳ",
    "verdict:blind": "không biết",
    "verdict:never": "không do kho này quét",
    "volumes": "Bài đăng theo thời gian",
    "by:day": "theo ngày",
    "by:week": "theo tuần",
    "by:month": "theo tháng",
    "by:year": "theo năm",
    "unit:day": "ngày",
    "unit:week": "tuần",
    "unit:month": "tháng",
    "unit:year": "năm",
    "volumes:title": "Bài đăng {by}",
    "volumes:what": "{time}: {n}, nhiều nhất {most} trong một {unit}.",
    "others": "nơi khác",
    "nowhere": "không thuộc tỉnh nào",
    "looks:title": "Các trang được xem hay không, {by}",
    "looks:what": "Ngày-trang trong kỳ: {looked} được xem, {trouble} có sự cố, {unseen} không "
    "quét, {blind} không biết.",
    "state:looked": "được xem",
    "state:trouble": "sự cố",
    "state:unseen": "không quét, về sau có quét",
    "state:blind": "không biết: từ đó chưa có lượt quét tốt",
    "numbers": "Xem số liệu",
    "provinces": "Theo tỉnh, thành phố",
    "names": "Tên các trang",
    "no articles": "Không có bài nào trong kỳ: {names}. Xem ở trên vì sao: không có "
    "tin, hay không ai xem.",
    "provinces:note": "34 tỉnh, thành phố từ 1/7/2025; tên cũ ghi nhỏ bên dưới.",
    "was": "gồm cả {names}",
    "missing": "Kho không có trang nào của: {names}.",
    "by site": "Theo trang nguồn",
    "column:site": "trang nguồn",
    "column:province": "tỉnh, thành phố",
    "column:articles": "bài",
    "column:before": "kỳ trước",
    "column:edits": "lần sửa",
    "column:taken": "bị gỡ",
    "column:looked": "ngày được xem",
    "column:trouble": "ngày sự cố",
    "column:unseen": "ngày không quét",
    "column:blind": "ngày không biết",
    "column:known": "biết đến đâu",
    "edits": "Bài bị sửa",
    "edits:none": "Không gặp lần sửa nào trong kỳ.",
    "edits:note": "{n} lần sửa ở {articles}; dưới đây là {shown} lần gần nhất. Thời điểm là lúc "
    "lượt quét gặp bản mới: trang có thể đã sửa sớm hơn.",
    "delays": "Sửa bao lâu sau khi đăng (tính đến lúc gặp)",
    "delay:0": "dưới 1 giờ",
    "delay:1": "1 đến 24 giờ",
    "delay:2": "1 đến 7 ngày",
    "delay:3": "7 đến 30 ngày",
    "delay:4": "trên 30 ngày",
    "delay:5": "không biết giờ đăng",
    "edit:seen": "gặp {time}, bản {version}",
    "edit:changed": "đã đổi: {parts}",
    "edit:before": "Trước đó: {title}",
    "part:title": "tiêu đề",
    "part:lead": "sapo",
    "part:byline": "tác giả",
    "part:source": "nguồn",
    "part:section": "chuyên mục",
    "part:published": "ngày đăng",
    "part:body": "nội dung",
    "part:images": "ảnh",
    "published": "đăng {time}",
    "taken": "Bài bị gỡ",
    "taken:none": "Không thấy bài nào bị gỡ trong kỳ.",
    "taken:note": "{n} bị gỡ trong kỳ và nay vẫn không còn. Một bài chỉ được coi là bị gỡ khi hai "
    "lượt xem cách nhau đều không thấy.",
    "taken:hidden": "Tên bài không nêu ở đây: bài có thể bị gỡ để bảo vệ người được nhắc đến. "
    "Lập báo cáo với --gone để nêu.",
    "taken:by": "Bài bị gỡ theo trang",
    "taken:seen": "không còn từ {time}",
    "stories": "Tin được đăng lại nhiều nhất",
    "stories:none": "Không có tin nào của kỳ này được hai trang cùng đăng.",
    "stories:note": "Các bài gần như cùng một văn bản trên nhiều trang.",
    "story:count": "{articles} trên {sites}",
    "story:first": "bài đăng trước đứng đầu",
    "story:unknown": "không rõ trang nào đăng trước",
    "story:more": "{articles} khác không nêu ở đây",
    "ill": "Trang nguồn im lặng hoặc hỏng",
    "ill:none": "Không trang nào im lặng hay gặp sự cố trong kỳ.",
    "ill:note": "Im lặng là trang trả lời mà không có tin mới; hỏng là không xem được trang. Tình "
    "trạng là của cuối kỳ.",
    "ill:trouble": "{what}: {rounds}, từ {first} đến {last}",
    "ill:at the end": "cuối kỳ: {kind}, từ {time}",
    "ill:silent": "Im lặng cả kỳ: được xem {days}, không có bài nào.",
    "rounds": "{n} lượt quét",
    "coverage": "Từng trang nguồn được xem khi nào",
    "coverage:note": "Mỗi dòng là một trang, từ trái sang phải là các ngày của kỳ. Màu xanh chỉ "
    "nói trang đã được xem, không nói có tin hay không.",
    "coverage:of": "{site}: {looked} được xem, {trouble} có sự cố, {unseen} không quét, {blind} "
    "không biết",
    "method": "Cách làm",
    "method:dates": "Bài được xếp theo ngày đăng ghi trên trang, giờ Việt Nam. Tin bị chủ kho giữ "
    "lại không có ở đây, kể cả trong các con số.",
    "method:edits": "Lần sửa và bài bị gỡ chỉ thấy được khi bài cũ được xem lại; lịch xem lại thưa "
    "dần theo tuổi bài, nên con số là ít nhất.",
    "method:missing": "Chỉ có những trang mà kho theo dõi. Bài do trang đăng rồi gỡ giữa hai lượt "
    "quét không bao giờ vào kho.",
    "method:people": "Tin công an nêu tên nghi can, nạn nhân và trẻ vị thành niên: hãy nghĩ đến họ "
    "trước khi công bố.",
    "method:version": "Lập bằng newsarchive {version}, số liệu tính đến {time}. Bài trong kho được "
    "đăng từ {first} đến {last}.",
    "cite": "Trích dẫn",
    "citation": "newsarchive {version}. Báo cáo {time}, {scope}: {articles} từ {sites}. Kho "
    "{archive}, số liệu tính đến {now}.",
    "sources": "Bản quyền tin bài thuộc về các trang nguồn.",
}

ENGLISH = {
    "title": "Report, {time}",
    "time:month": "{name} {year}",
    "time:year": "{year}",
    "month": "{name} {year}",
    **{
        f"month:{number}": name
        for number, name in enumerate(
            (
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ),
            1,
        )
    },
    "all": "All sites of the archive {archive}",
    "skip": "Skip to content",
    "intro": "News on the portals of Vietnam’s police, as this archive could record it.",
    "open": (
        "This time was not over when the report was made: its numbers will grow, and of its last "
        "day there is only a part."
    ),
    "figure:articles": "articles published",
    "figure:before": "in the time before, of equal length: {n}",
    "figure:sites": "sites with articles, of {all}",
    "figure:edits": "edits met",
    "figure:edited": "of {n} articles",
    "figure:edited:one": "of {n} article",
    "figure:taken": "articles taken down",
    "figure:returned": "{n} that were gone came back",
    "figure:known": "of site-days looked at",
    "figure:known:of": "{n} of the {all} days of the sites that are crawled",
    "undated": "Besides, {n} articles without a date were first met in this time; no chart has "
    "them.",
    "undated:one": "Besides, {n} article without a date was first met in this time; no chart has "
    "it.",
    "empty": "Of this time the archive has no article.",
    "empty:silent": "No article does not mean no news: see below how far the sites were looked at.",
    "sure": "How sure the numbers are",
    "sure:covered": "{sites} well covered: looked at on all or nearly all days, the others made "
    "good by later crawls.",
    "sure:silent": "{sites} silent: well covered, and no article found.",
    "sure:partly": "{sites} looked at in part: their numbers are the least there can be.",
    "sure:broken": "{sites} broken all the time: crawled, but never well. That there is no "
    "article says nothing about news.",
    "sure:unlooked": "{sites} not crawled in this time; later crawls found only what was left. "
    "What was edited or taken down before is not known.",
    "sure:blind": "{sites} without one good crawl from then until now: the archive knows nothing "
    "of this time.",
    "sure:never": "{sites} not crawled by this archive: the articles came in other ways, and that "
    "some are missing says nothing.",
    "sites": "{n} sites",
    "sites:one": "{n} site",
    "verdict:covered": "well covered",
    "verdict:silent": "silent: looked at, no article",
    "verdict:partly": "known in part",
    "verdict:broken": "broken all the time",
    "verdict:unlooked": "not crawled then",
    "verdict:blind": "not known",
    "verdict:never": "not crawled by this archive",
    "volumes": "Articles over time",
    "by:day": "by day",
    "by:week": "by week",
    "by:month": "by month",
    "by:year": "by year",
    "unit:day": "day",
    "unit:week": "week",
    "unit:month": "month",
    "unit:year": "year",
    "volumes:title": "Articles published, {by}",
    "volumes:what": "{time}: {n}, at most {most} in a {unit}.",
    "others": "elsewhere",
    "nowhere": "of no province",
    "looks:title": "Whether sites were looked at, {by}",
    "looks:what": "Site-days: {looked} looked at, {trouble} in trouble, {unseen} not crawled, "
    "{blind} not known.",
    "state:looked": "looked at",
    "state:trouble": "trouble",
    "state:unseen": "not crawled, but later",
    "state:blind": "not known: no good crawl since",
    "numbers": "Show the numbers",
    "provinces": "By province",
    "names": "Their names",
    "no articles": "No article in this time: {names}. See above why: no news, or nobody looked.",
    "provinces:note": "The 34 provinces since 1 July 2025; what was merged into them stands "
    "below, smaller.",
    "was": "with {names}",
    "missing": "The archive has no site of: {names}.",
    "by site": "By site",
    "column:site": "site",
    "column:province": "province",
    "column:articles": "articles",
    "column:before": "time before",
    "column:edits": "edits",
    "column:taken": "taken down",
    "column:looked": "days looked at",
    "column:trouble": "days in trouble",
    "column:unseen": "days not crawled",
    "column:blind": "days not known",
    "column:known": "what is known",
    "edits": "Edited articles",
    "edits:none": "No edit was met in this time.",
    "edits:note": "{n} edits of {articles}; here are the latest {shown}. The time is that of the "
    "crawl that met the new version: the site may have made it earlier.",
    "delays": "How long after publication (until it was met)",
    "delay:0": "under 1 hour",
    "delay:1": "1 to 24 hours",
    "delay:2": "1 to 7 days",
    "delay:3": "7 to 30 days",
    "delay:4": "over 30 days",
    "delay:5": "hour of publication unknown",
    "edit:seen": "met {time}, version {version}",
    "edit:changed": "changed: {parts}",
    "edit:before": "Before: {title}",
    "part:title": "title",
    "part:lead": "lead",
    "part:byline": "byline",
    "part:source": "source",
    "part:section": "section",
    "part:published": "date",
    "part:body": "body",
    "part:images": "pictures",
    "published": "published {time}",
    "taken": "Articles taken down",
    "taken:none": "No article was seen to be taken down in this time.",
    "taken:note": "{n} taken down in this time and gone still. An article counts as taken down "
    "only when two looks, some time apart, did not find it.",
    "taken:hidden": "Their titles are not given: they may have been taken down for the sake of "
    "those they name. A report made with --gone gives them.",
    "taken:by": "Articles taken down, by site",
    "taken:seen": "gone since {time}",
    "stories": "Most reprinted stories",
    "stories:none": "No story of this time stood on two sites.",
    "stories:note": "Articles of nearly the same text on several sites.",
    "story:count": "{articles} on {sites}",
    "story:first": "the first one first",
    "story:unknown": "who was first is not known",
    "story:more": "{articles} more not named here",
    "ill": "Silent or broken sites",
    "ill:none": "No site was silent or in trouble in this time.",
    "ill:note": "A silent site answers and has no news; a broken one cannot be looked at. The "
    "state is that at the end of the time.",
    "ill:trouble": "{what}: {rounds}, from {first} to {last}",
    "ill:at the end": "at the end: {kind}, since {time}",
    "ill:silent": "Silent all the time: looked at on {days}, no article.",
    "rounds": "{n} crawls",
    "rounds:one": "{n} crawl",
    "coverage": "When each site was looked at",
    "coverage:note": "A row is a site, its days run from left to right. Blue says that the site "
    "was looked at, not that it had news.",
    "coverage:of": "{site}: {looked} looked at, {trouble} in trouble, {unseen} not crawled, "
    "{blind} not known",
    "method": "Method",
    "method:dates": "Articles count on the day of publication that their page gives, in Vietnam. "
    "What the archive’s owner withholds is not here, nor in any number.",
    "method:edits": "Edits and deletions are seen only when a known article is looked at again, "
    "which is done less often the older it is: the numbers are the least there can be.",
    "method:missing": "Only sites that the archive follows are here. What a site published and "
    "took down between two crawls was never archived.",
    "method:people": "Police news names suspects, victims and minors: think of them before you "
    "publish.",
    "method:version": "Made by newsarchive {version} from what was archived by {time}. The "
    "archive’s articles were published from {first} to {last}.",
    "cite": "Cite as",
    "citation": "newsarchive {version}. Report, {time}, {scope}: {articles} from {sites}. Archive "
    "{archive}, as of {now}.",
    "sources": "The texts belong to the sites that published them.",
}


def _with_shared(own: dict[str, str], health: dict[str, str]) -> dict[str, str]:
    return {key: text for key, text in health.items() if key.startswith(_SHARED)} | own


TEXTS = {
    "vi": _with_shared(VIETNAMESE, page_texts.VIETNAMESE),
    "en": _with_shared(ENGLISH, page_texts.ENGLISH),
}
