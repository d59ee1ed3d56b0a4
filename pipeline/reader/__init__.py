"""What readers see: archive, preferences. Nothing stands here yet."""
