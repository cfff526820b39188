"""Papers: reports with a file, whose address stays, and the citation of papers and posts."""
