"""Chinese writing and Chinese days, for several stages: scripts, numerals, spacing, festivals."""
