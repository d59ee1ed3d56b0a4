"""Word to the editors: what they are told, and the mails and messages that tell them."""
