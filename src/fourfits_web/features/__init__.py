"""Features: what is asked for and planned, with the evidence for its rank."""
