"""What the migrations after the first one add to the tables, written out. Imports nothing."""

from __future__ import annotations

# 002: the history of articles, pages that the site no longer has, withheld ones, web archives.
HISTORY = (
    # Every look at an article and what was read then, as a digest; versions follow from them.
    """
    CREATE TABLE observations (
        article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        seen TEXT NOT NULL,
        capture INTEGER NOT NULL REFERENCES captures(id),
        content TEXT NOT NULL,
        PRIMARY KEY (article, seen, capture)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX observations_capture ON observations(capture)",
    "CREATE INDEX versions_capture ON versions(capture)",
    "CREATE INDEX events_capture ON events(capture)",
    # Captures whose record holds no body: it is that of another record.
    """
    CREATE TABLE revisits (
        capture INTEGER PRIMARY KEY REFERENCES captures(id) ON DELETE CASCADE,
        refers_to TEXT NOT NULL
    )
    """,
    "CREATE INDEX revisits_refers_to ON revisits(refers_to)",
    "CREATE INDEX captures_warc ON captures(warc, offset)",
    # When an article is looked at again, and the first of two looks that did not find it.
    """
    CREATE TABLE checks (
        article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
        due TEXT NOT NULL,
        checked TEXT,
        unchanged INTEGER NOT NULL DEFAULT 0,
        missed TEXT,
        how TEXT,
        capture INTEGER REFERENCES captures(id) ON DELETE SET NULL
    )
    """,
    "CREATE INDEX checks_due ON checks(due)",
    # Lists, feeds and robots.txt: what they linked to when last kept, how often the same since.
    """
    CREATE TABLE listings (
        url TEXT PRIMARY KEY,
        site TEXT NOT NULL REFERENCES sites(slug),
        links TEXT NOT NULL,
        kept TEXT NOT NULL,
        seen TEXT NOT NULL,
        same INTEGER NOT NULL DEFAULT 0
    )
    """,
    # Outlives the article: what is withheld stays out when it is met again.
    """
    CREATE TABLE withholdings (
        key TEXT PRIMARY KEY,
        url TEXT NOT NULL,
        reason TEXT NOT NULL,
        since TEXT NOT NULL,
        erased TEXT
    )
    """,
    # Captures that a web archive lists, and what became of them.
    """
    CREATE TABLE recoveries (
        source TEXT NOT NULL CHECK (source IN ('wayback', 'commoncrawl')),
        url TEXT NOT NULL,
        captured TEXT NOT NULL,
        site TEXT NOT NULL REFERENCES sites(slug),
        key TEXT NOT NULL,
        digest TEXT,
        place TEXT,
        sure INTEGER NOT NULL DEFAULT 1,
        best INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'found'
            CHECK (state IN ('found', 'done', 'refused', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (source, url, captured)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX recoveries_site ON recoveries(site, source, state, best)",
    "CREATE INDEX recoveries_key ON recoveries(source, key, captured)",
    "CREATE INDEX recoveries_digest ON recoveries(source, digest)",
    # How far the index of a web archive was read.
    """
    CREATE TABLE recovery_lists (
        site TEXT NOT NULL REFERENCES sites(slug),
        source TEXT NOT NULL,
        query TEXT NOT NULL,
        resume TEXT,
        done INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (site, source, query)
    )
    """,
    "ALTER TABLE frontier RENAME TO frontier_001",
    """
    CREATE TABLE frontier (
        key TEXT PRIMARY KEY,
        site TEXT NOT NULL REFERENCES sites(slug),
        section TEXT,
        url TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'found'
            CHECK (state IN ('found', 'leased', 'done', 'refused', 'skipped', 'failed')),
        day TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_try TEXT,
        seen TEXT NOT NULL
    )
    """,
    """
    INSERT INTO frontier(key, site, section, url, state, day, attempts, seen)
    SELECT key, site, section, url, state, day, attempts, seen FROM frontier_001 ORDER BY rowid
    """,
    "DROP TABLE frontier_001",
    "CREATE INDEX frontier_site ON frontier(site, state)",
    # Withheld articles leave both full-text tables, whoever asks them.
    "CREATE VIEW articles_shown AS SELECT id, title, lead, body, captions, byline "
    "FROM articles WHERE withheld IS NULL",
    "DROP VIEW articles_folded",
    """
    CREATE VIEW articles_folded AS SELECT id,
        replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
        replace(replace(lead, 'đ', 'd'), 'Đ', 'D') AS lead,
        replace(replace(body, 'đ', 'd'), 'Đ', 'D') AS body,
        replace(replace(captions, 'đ', 'd'), 'Đ', 'D') AS captions,
        replace(replace(byline, 'đ', 'd'), 'Đ', 'D') AS byline
    FROM articles_shown
    """,
    "DROP TRIGGER articles_fts_before",
    "DROP TRIGGER articles_fts_after",
    """
    CREATE TRIGGER articles_fts_before
    BEFORE UPDATE OF id, title, lead, body, captions, byline, withheld
    ON articles BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, lead, body, captions, byline)
        SELECT 'delete', id, title, lead, body, captions, byline
        FROM articles_folded WHERE id = old.id;
    END
    """,
    """
    CREATE TRIGGER articles_fts_after
    AFTER UPDATE OF id, title, lead, body, captions, byline, withheld
    ON articles BEGIN
        INSERT INTO articles_fts(rowid, title, lead, body, captions, byline)
        SELECT id, title, lead, body, captions, byline FROM articles_folded WHERE id = new.id;
    END
    """,
    "DROP TABLE articles_exact",
    """
    CREATE VIRTUAL TABLE articles_exact USING fts5(
        title, lead, body, captions, byline,
        content='articles_shown', content_rowid='id',
        tokenize='unicode61 remove_diacritics 0'
    )
    """,
)

# 003: what each crawl met, day by day; how sites are; when they change; lists asked by condition.
HEALTH = (
    *(
        f"ALTER TABLE crawls ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0"
        for name in (
            "lists",
            "listed",
            "known",
            "fresh",
            "refused",
            "forbidden",
            "gone",
            "returned",
            "rechecked",
        )
    ),
    "ALTER TABLE crawls ADD COLUMN trouble TEXT",
    "ALTER TABLE crawls ADD COLUMN why TEXT",
    "ALTER TABLE crawls ADD COLUMN fields TEXT NOT NULL DEFAULT '{}'",
    """
    CREATE TABLE days (
        site TEXT NOT NULL REFERENCES sites(slug),
        day TEXT NOT NULL,
        rounds INTEGER NOT NULL DEFAULT 0,
        well INTEGER NOT NULL DEFAULT 0,
        requested INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        fresh INTEGER NOT NULL DEFAULT 0,
        changed INTEGER NOT NULL DEFAULT 0,
        gone INTEGER NOT NULL DEFAULT 0,
        returned INTEGER NOT NULL DEFAULT 0,
        rechecked INTEGER NOT NULL DEFAULT 0,
        refused INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        lists INTEGER NOT NULL DEFAULT 0,
        listed INTEGER NOT NULL DEFAULT 0,
        articles INTEGER NOT NULL DEFAULT 0,
        published INTEGER NOT NULL DEFAULT 0,
        lead INTEGER NOT NULL DEFAULT 0,
        byline INTEGER NOT NULL DEFAULT 0,
        section INTEGER NOT NULL DEFAULT 0,
        image INTEGER NOT NULL DEFAULT 0,
        caption INTEGER NOT NULL DEFAULT 0,
        characters INTEGER NOT NULL DEFAULT 0,
        compared INTEGER NOT NULL DEFAULT 0,
        agreed INTEGER NOT NULL DEFAULT 0,
        trouble TEXT,
        PRIMARY KEY (site, day)
    ) WITHOUT ROWID
    """,
    # How a site was when somebody was last told.
    """
    CREATE TABLE health (
        site TEXT PRIMARY KEY REFERENCES sites(slug),
        state TEXT NOT NULL,
        why TEXT NOT NULL DEFAULT '',
        since TEXT NOT NULL
    )
    """,
    # Of known articles of an age: how often they were looked at again, the days between those
    # looks, and the changes met.
    """
    CREATE TABLE rhythms (
        site TEXT NOT NULL REFERENCES sites(slug),
        age INTEGER NOT NULL,
        looks INTEGER NOT NULL DEFAULT 0,
        days REAL NOT NULL DEFAULT 0,
        changes INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (site, age)
    ) WITHOUT ROWID
    """,
    "ALTER TABLE sections ADD COLUMN newest TEXT",
    "ALTER TABLE sections ADD COLUMN resume TEXT",
    "ALTER TABLE sections ADD COLUMN resumed TEXT",
    "ALTER TABLE listings ADD COLUMN digest TEXT",
    "ALTER TABLE listings ADD COLUMN etag TEXT",
    "ALTER TABLE listings ADD COLUMN last_modified TEXT",
    "ALTER TABLE listings ADD COLUMN proved TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE listings ADD COLUMN asked INTEGER NOT NULL DEFAULT 0",
)
