"""What customers need: themes that the machine proposes, shaped by people."""
