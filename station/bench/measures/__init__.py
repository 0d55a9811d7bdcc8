"""What is measured, each as a ratio against a named baseline in the same run.

`make bench` prints the table and writes out/bench.json. A ratio above its limit makes the run fail.
"""
