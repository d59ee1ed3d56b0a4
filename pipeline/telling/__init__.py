"""Word to people who work on the newsletter: what is said, and the mails and robots that say it."""
