"""The demo: an invented district, written as the files that an office keeps, and taken through the main job."""
