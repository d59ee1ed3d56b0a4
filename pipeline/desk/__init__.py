"""The editors' desk. Nothing stands here yet."""
