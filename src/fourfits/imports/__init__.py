"""Files and exports of other tools, read into canonical rows."""
