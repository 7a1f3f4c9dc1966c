"""Articles on their way out: CSV, JSON lines, Parquet, and a release that can be cited.

Rows are dicts as `query.articles` gives them. All writers take them one at a time.
"""
