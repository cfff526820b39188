"""
How fast the site is, told against a bare Django view on the same machine.

`python -m benchmarks` fills a database of each size, measures, prints a table and writes
docs/benchmarks.md. What is measured and how stands in `__main__`.
"""
