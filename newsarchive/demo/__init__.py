"""The small portal of `newsarchive demo`: invented stories, three CMS families, an HTTP server."""
