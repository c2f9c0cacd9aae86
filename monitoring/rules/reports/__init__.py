"""Reports before they are written as a page, a paper or a sheet."""
