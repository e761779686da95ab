"""What benchmarks share: servers of their own to stand on, honest CPU times, clients that cost little, and a floor."""
