"""Tags of the data's pages."""
