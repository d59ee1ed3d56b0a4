"""Files that people write and that are written for people: YAML with its lines, whole files."""
