"""The regulation read aloud, in Chinese and English."""
