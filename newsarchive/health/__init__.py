"""Which sites are well: what fell silent, broke or was redesigned, by each site's own history."""
