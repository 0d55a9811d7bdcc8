"""Words: English in the sources, Indonesian beside them, switched at one touch."""
