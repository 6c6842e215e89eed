"""Care programs."""
