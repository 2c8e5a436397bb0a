"""The figures of docs/benchmarks.md. They print; nothing is asserted."""
