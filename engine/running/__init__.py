"""What keeps a district moving (``jieti up``), and the Prefect servers of a data folder; without Prefect itself."""
