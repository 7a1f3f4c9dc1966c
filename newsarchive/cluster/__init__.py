"""Reading on several machines: a Dask cluster finds and reads pages, this process writes."""
