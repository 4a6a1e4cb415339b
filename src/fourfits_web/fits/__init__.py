"""The four fits: how strong each is, who answers for it, and where the plan contradicts it."""
