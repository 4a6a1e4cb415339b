"""Settings, addresses, server: what joins the slices to one site."""
