"""Questions that analysts ask, as SQL that Datasette offers by name, in both languages.

Each reads rolled-up counts or an index of few rows, so that it is quick in a large archive too.
A parameter that is left empty chooses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """A question: its SQL, and by language its title and description."""

    sql: str
    titles: dict[str, str]
    about: dict[str, str]
    params: tuple[str, ...] = ()


# As typed: words that must all be there, accents folded; none of it is syntax.
_WORDS = (
    "'\"' || replace(trim(replace(replace(replace(:words, '\"', ' '), 'đ', 'd'), 'Đ', 'D')), "
    "' ', '\" \"') || '\"'"
)

QUERIES: dict[str, Canned] = {
    "articles_by_province": Canned(
        sql="""
select coalesce(s.province_2025, '') as province, v.month, sum(v.articles) as articles,
  sum(v.edited) as edited, sum(v.gone) as gone
from volumes as v join sites as s on s.slug = v.site
where (:province = '' or :province in (s.province, s.province_2025))
  and (:since = '' or v.month >= substr(:since, 1, 7))
  and (:until = '' or v.month between '0' and substr(:until, 1, 7))
group by 1, 2 order by v.month desc, articles desc
""",
        titles={
            "vi": "Bài theo tỉnh và tháng",
            "en": "Articles by province and month",
        },
        about={
            "vi": "Tháng đăng; tỉnh theo địa giới từ 1/7/2025. province: tên cũ hay mới. since, "
            "until: tháng, như 2022-08.",
            "en": "By month of publication; provinces since 1 July 2025. province: a name of "
            "before or since. since, until: months, as 2022-08.",
        },
        params=("province", "since", "until"),
    ),
    "edited_after_publication": Canned(
        sql="""
select id, site, title, published, edit_met, version,
  case when length(published) > 10
    then round(24 * (julianday(edit_met) - julianday(published)), 1) end as hours_after, url
from (
  select a.id, a.site, a.title, a.published, v.seen as edit_met, v.version, a.url
  from (
    select article, version, seen from versions where version > 1 and :site = ''
    order by seen desc limit 500
  ) as v join articles as a on a.id = v.article
  union all
  select a.id, a.site, a.title, a.published, v.seen, v.version, a.url
  from articles as a join versions as v on v.article = a.id and v.version > 1
  where :site <> '' and a.site = :site and a.version > 1
)
order by edit_met desc, id desc, version desc limit 500
""",
        titles={
            "vi": "Bài sửa sau khi đăng, và bao lâu sau",
            "en": "Articles edited after publication, and how long after",
        },
        about={
            "vi": "500 lần sửa mới nhất. edit_met là lúc lượt quét gặp bản mới (UTC): trang có thể "
            "đã sửa sớm hơn. hours_after trống khi trang không ghi giờ đăng.",
            "en": "The latest 500 edits. edit_met is when a crawl met the new version (UTC): the "
            "site may have made it earlier. hours_after is empty where the page gives no hour.",
        },
        params=("site",),
    ),
    "most_reprinted": Canned(
        sql="""
select t.sites, t.articles, t.day, a.title, a.site, a.published, a.url, t.id as story
from (
  select id, sites, articles, day from stories
  where articles > 1 and (:since = '' or day >= :since) and (:until = '' or day <= :until)
  order by sites desc, articles desc, day desc limit 200
) as t join articles as a on a.id = (
  select b.id from reprints as r join articles as b on b.id = r.article
  where r.story = t.id order by b.published is null, b.published, b.id limit 1
)
order by t.sites desc, t.articles desc, t.day desc
""",
        titles={"vi": "Tin được đăng lại nhiều nhất", "en": "Most reprinted stories"},
        about={
            "vi": "Bài gần như cùng một văn bản; mỗi tin nêu bài đăng sớm nhất. since, until: "
            "ngày, như 2022-08-22.",
            "en": "Articles of nearly the same text; of each story the earliest is named. since, "
            "until: days, as 2022-08-22.",
        },
        params=("since", "until"),
    ),
    "bylines": Canned(
        sql="""
select site, value as byline, articles from tallies
where field = 'byline' and (:site = '' or site = :site)
order by articles desc limit 1000
""",
        titles={"vi": "Tác giả theo trang nguồn", "en": "Bylines by site"},
        about={
            "vi": "Như trang in ra, nhiều bài nhất trước. site: tên trong kho, như daklak.",
            "en": "As printed, those with most articles first. site: a slug, as daklak.",
        },
        params=("site",),
    ),
    "sections_of_sites": Canned(
        sql="""
select site, value as section, articles from tallies
where field = 'section' and (:site = '' or site = :site)
order by articles desc limit 1000
""",
        titles={"vi": "Chuyên mục theo trang nguồn", "en": "Sections by site"},
        about={
            "vi": "Nhiều bài nhất trước. site: tên trong kho.",
            "en": "Those with most articles first. site: a slug.",
        },
        params=("site",),
    ),
    "hours_of_publication": Canned(
        sql="""
select site, (cast(substr(value, 1, 1) as integer) + 6) % 7 + 1 as weekday,
  cast(substr(value, 3) as integer) as hour, articles
from tallies where field = 'hour' and (:site = '' or site = :site)
order by site, weekday, hour
""",
        titles={"vi": "Giờ đăng trong tuần", "en": "When in the week articles are published"},
        about={
            "vi": "Giờ Việt Nam; weekday 1 là thứ Hai, 7 là Chủ nhật. Chỉ những bài ghi giờ đăng.",
            "en": "Vietnam's time; weekday 1 is Monday, 7 Sunday. Of articles that tell the hour.",
        },
        params=("site",),
    ),
    "taken_down": Canned(
        sql="""
select id, site, title, published, gone,
  round(julianday(gone) - julianday(published), 1) as days_after, url
from articles where gone is not null and (:site = '' or site = :site)
order by gone desc limit 500
""",
        titles={"vi": "Bài đã bị gỡ", "en": "Articles taken down"},
        about={
            "vi": "500 bài gỡ gần nhất; gone là lúc lần xem đầu tiên không thấy bài (UTC). Hãy "
            "nghĩ vì sao bài bị gỡ trước khi công bố.",
            "en": "The latest 500; gone is when the first look missed it (UTC). Think of why it "
            "was taken down before you publish.",
        },
        params=("site",),
    ),
    "fill_rates": Canned(
        sql="""
select site, substr(day, 1, 7) as month, sum(articles) as articles,
  round(100.0 * sum(published) / sum(articles)) as published,
  round(100.0 * sum(lead) / sum(articles)) as lead,
  round(100.0 * sum(byline) / sum(articles)) as byline,
  round(100.0 * sum(section) / sum(articles)) as section,
  round(100.0 * sum(image) / sum(articles)) as image,
  round(100.0 * sum(caption) / sum(articles)) as caption
from days where (:site = '' or site = :site)
group by site, month having sum(articles) > 0 order by month desc, site
""",
        titles={
            "vi": "Tỉ lệ bài có từng trường, theo trang và tháng",
            "en": "Share of articles with each field, by site and month",
        },
        about={
            "vi": "Phần trăm, của bài mới gặp trong tháng: một cột tụt xuống thường là trang đã "
            "đổi giao diện.",
            "en": "In percent, of new articles met in that month: a fall often means that the "
            "site was redesigned.",
        },
        params=("site",),
    ),
    "health_of_sites": Canned(
        sql="""
select s.slug as site, s.name, h.state, h.why, h.since as told,
  (select max(started) from crawls as c where c.site = s.slug and c.finished is not null
    and c.trouble is null) as last_good_crawl,
  (select max(started) from crawls as c where c.site = s.slug and c.new > 0) as last_new_article
from sites as s left join health as h on h.site = s.slug
order by coalesce(h.state, 'well') = 'well', h.since desc, s.slug
""",
        titles={"vi": "Tình trạng các trang nguồn", "en": "Health of the sites"},
        about={
            "vi": "Những trang có vấn đề đứng trước; giờ UTC.",
            "en": "Sites with something wrong first; times in UTC.",
        },
    ),
    "latest_problems": Canned(
        sql="""
select p.seen, c.site, p.field, p.what, c.url
from problems as p left join captures as c on c.id = p.capture
where :field = '' or p.field = :field
order by p.seen desc limit 500
""",
        titles={"vi": "Chỗ đọc không chắc, mới nhất", "en": "Latest doubts in reading"},
        about={
            "vi": "Những gì máy đọc không hiểu chắc hoặc tải không được. field: như published.",
            "en": "What was doubtful or could not be had. field: as published.",
        },
        params=("field",),
    ),
    "words_by_month": Canned(
        sql="""
select coalesce(substr(a.published_day, 1, 7), '') as month, count(*) as articles
from articles_fts as f join articles as a on a.id = f.rowid
where articles_fts match WORDS_
group by month order by month desc
""",
        titles={"vi": "Một cụm từ theo tháng", "en": "Words by month"},
        about={
            "vi": "Số bài có mọi từ đã gõ, không phân biệt dấu. Từ quá phổ biến trong kho lớn có "
            "thể quá giờ: trang tìm kiếm đếm theo năm nhanh hơn.",
            "en": "Articles that hold all the words, accents folded. A very frequent word of a "
            "large archive may take too long: the search page counts by year, and sooner.",
        },
        params=("words",),
    ),
}


def queries() -> dict[str, dict[str, Any]]:
    """The questions as Datasette's metadata has them; our page of data asks for 'vi' and 'en'."""
    return {
        name: {
            "sql": each.sql.replace("WORDS_", _WORDS).strip(),
            "title": f"{each.titles['vi']} / {each.titles['en']}",
            "description": f"{each.about['vi']} / {each.about['en']}",
            "params": list(each.params),
            "hide_sql": True,
            **{
                language: {"title": each.titles[language], "description": each.about[language]}
                for language in each.titles
            },
        }
        for name, each in QUERIES.items()
    }
