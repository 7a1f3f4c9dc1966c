"""The archive in the browser: what Datasette is told about it, and how it runs."""
