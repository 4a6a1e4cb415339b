"""People and accounts: who they are, what they did, what they are worth."""
