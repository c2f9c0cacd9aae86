"""What is measured; each by one command: `make bench ARGS="ingest"`."""
