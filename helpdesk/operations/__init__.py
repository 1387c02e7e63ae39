"""Running the program: the one-machine start, demo data, health, metrics, benchmarks. It may read every room."""
