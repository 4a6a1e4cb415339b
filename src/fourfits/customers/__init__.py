"""Who the customers are, what they are worth, how long they stay."""
