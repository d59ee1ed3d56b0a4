"""What readers see and do: subscribe, choose, pause, leave, be forgotten; lists in and out."""
