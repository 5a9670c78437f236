"""What deciders are shown, fetched set-wise."""
