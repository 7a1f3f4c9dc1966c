"""The tables, written out, and the names of the migrations that lead to them. Imports nothing."""

from __future__ import annotations

# The set under which sqlite-utils records what was applied, and every migration in order. A file
# that holds a name missing here was written by a newer version.
MIGRATION_SET = "newsarchive"
MIGRATION_NAMES = (
    "001_first",
    "002_history",
    "003_health",
    "004_reprints",
    "005_search",
    "006_places",
)

TABLES = (
    """
    CREATE TABLE sites (
        slug TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        province TEXT,
        province_2025 TEXT,
        home TEXT,
        active INTEGER NOT NULL DEFAULT 1
    )
    """,
    """
    CREATE TABLE crawls (
        id INTEGER PRIMARY KEY,
        site TEXT NOT NULL REFERENCES sites(slug),
        started TEXT NOT NULL,
        finished TEXT,
        outcome TEXT,
        requested INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        changed INTEGER NOT NULL DEFAULT 0,
        unchanged INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX crawls_site ON crawls(site, started)",
    """
    CREATE TABLE captures (
        id INTEGER PRIMARY KEY,
        record_id TEXT NOT NULL UNIQUE,
        site TEXT NOT NULL REFERENCES sites(slug),
        url TEXT NOT NULL,
        fetched TEXT NOT NULL,
        status INTEGER NOT NULL,
        digest TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        warc TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        via TEXT NOT NULL DEFAULT 'live'
            CHECK (via IN ('live', 'import', 'wayback', 'commoncrawl')),
        archive_url TEXT,
        crawl INTEGER REFERENCES crawls(id)
    )
    """,
    "CREATE INDEX captures_url ON captures(url, fetched)",
    "CREATE INDEX captures_site ON captures(site, fetched)",
    "CREATE INDEX captures_crawl ON captures(crawl)",
    """
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        site TEXT NOT NULL REFERENCES sites(slug),
        url TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        lead TEXT,
        byline TEXT,
        source TEXT,
        section TEXT,
        published TEXT,
        published_day TEXT,
        published_text TEXT,
        modified TEXT,
        captions TEXT,
        body TEXT NOT NULL DEFAULT '',
        origins TEXT NOT NULL DEFAULT '{}',
        parser TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        gone TEXT,
        withheld TEXT,
        capture INTEGER REFERENCES captures(id)
    )
    """,
    "CREATE INDEX articles_published_day ON articles(published_day)",
    "CREATE INDEX articles_site ON articles(site, published_day)",
    "CREATE INDEX articles_capture ON articles(capture)",
    # Few rows each: they let a search leave these out without reading past every body.
    "CREATE INDEX articles_withheld ON articles(id) WHERE withheld IS NOT NULL",
    "CREATE INDEX articles_gone ON articles(id) WHERE gone IS NOT NULL",
    """
    CREATE TABLE images (
        article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        url TEXT,
        caption TEXT,
        credit TEXT,
        PRIMARY KEY (article, position)
    )
    """,
    """
    CREATE TABLE versions (
        article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        seen TEXT NOT NULL,
        title TEXT NOT NULL,
        lead TEXT,
        byline TEXT,
        source TEXT,
        section TEXT,
        published TEXT,
        published_text TEXT,
        body TEXT NOT NULL DEFAULT '',
        images TEXT NOT NULL DEFAULT '[]',
        capture INTEGER REFERENCES captures(id),
        PRIMARY KEY (article, version)
    )
    """,
    """
    CREATE TABLE urls (
        key TEXT NOT NULL,
        article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        PRIMARY KEY (key, url)
    )
    """,
    "CREATE INDEX urls_article ON urls(article)",
    "CREATE INDEX urls_url ON urls(url)",
    """
    CREATE TABLE events (
        article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        seen TEXT NOT NULL,
        what TEXT NOT NULL CHECK (what IN ('gone', 'returned', 'withheld', 'moved')),
        capture INTEGER REFERENCES captures(id)
    )
    """,
    "CREATE INDEX events_article ON events(article, seen)",
    """
    CREATE TABLE tags (
        article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (article, tag)
    )
    """,
    "CREATE INDEX tags_tag ON tags(tag)",
    """
    CREATE TABLE problems (
        capture INTEGER REFERENCES captures(id),
        field TEXT NOT NULL,
        what TEXT NOT NULL,
        seen TEXT NOT NULL
    )
    """,
    # One row a fact: reading the same capture again adds nothing. NULLs differ in SQLite, so
    # problems without a capture (a time-out, say) are each kept.
    "CREATE UNIQUE INDEX problems_capture ON problems(capture, field, what)",
    "CREATE INDEX problems_seen ON problems(seen)",
    # Addresses met but not settled, and what became of them; what a stopped crawl takes up again.
    """
    CREATE TABLE frontier (
        key TEXT PRIMARY KEY,
        site TEXT NOT NULL REFERENCES sites(slug),
        section TEXT,
        url TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'found'
            CHECK (state IN ('found', 'done', 'refused', 'skipped', 'failed')),
        day TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        seen TEXT NOT NULL
    )
    """,
    "CREATE INDEX frontier_site ON frontier(site, state)",
    """
    CREATE TABLE sections (
        site TEXT NOT NULL REFERENCES sites(slug),
        url TEXT NOT NULL,
        complete INTEGER NOT NULL DEFAULT 0,
        walked TEXT NOT NULL,
        PRIMARY KEY (site, url)
    )
    """,
    """
    CREATE TABLE named_hosts (
        site TEXT NOT NULL REFERENCES sites(slug),
        host TEXT NOT NULL,
        port INTEGER NOT NULL,
        PRIMARY KEY (site, host, port)
    )
    """,
)

# Full text without accents. unicode61 folds every mark but that of đ, which is a letter of its
# own in Unicode; hence the view. The index reads its text from the view, so 'rebuild' and
# 'integrity-check' are right, and the triggers keep it in step whoever writes to articles.
FULL_TEXT = (
    """
    CREATE VIEW articles_folded AS SELECT id,
        replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
        replace(replace(lead, 'đ', 'd'), 'Đ', 'D') AS lead,
        replace(replace(body, 'đ', 'd'), 'Đ', 'D') AS body,
        replace(replace(captions, 'đ', 'd'), 'Đ', 'D') AS captions,
        replace(replace(byline, 'đ', 'd'), 'Đ', 'D') AS byline
    FROM articles
    """,
    """
    CREATE VIRTUAL TABLE articles_fts USING fts5(
        title, lead, body, captions, byline,
        content='articles_folded', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
        INSERT INTO articles_fts(rowid, title, lead, body, captions, byline)
        SELECT id, title, lead, body, captions, byline FROM articles_folded WHERE id = new.id;
    END
    """,
    # The old row must be unindexed by its old text: the view still shows it BEFORE the change.
    """
    CREATE TRIGGER articles_fts_delete BEFORE DELETE ON articles BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, lead, body, captions, byline)
        SELECT 'delete', id, title, lead, body, captions, byline
        FROM articles_folded WHERE id = old.id;
    END
    """,
    """
    CREATE TRIGGER articles_fts_before BEFORE UPDATE OF id, title, lead, body, captions, byline
    ON articles BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, lead, body, captions, byline)
        SELECT 'delete', id, title, lead, body, captions, byline
        FROM articles_folded WHERE id = old.id;
    END
    """,
    """
    CREATE TRIGGER articles_fts_after AFTER UPDATE OF id, title, lead, body, captions, byline
    ON articles BEGIN
        INSERT INTO articles_fts(rowid, title, lead, body, captions, byline)
        SELECT id, title, lead, body, captions, byline FROM articles_folded WHERE id = new.id;
    END
    """,
    # Accents kept. What is indexed has one tone placement, which SQL cannot compute: the writer
    # maintains it. It shows the articles' own text and keeps no copy; never 'rebuild' it by hand.
    """
    CREATE VIRTUAL TABLE articles_exact USING fts5(
        title, lead, body, captions, byline,
        content='articles', content_rowid='id',
        tokenize='unicode61 remove_diacritics 0'
    )
    """,
)
