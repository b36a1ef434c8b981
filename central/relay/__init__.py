"""Messages passed on to departments and persons of the house, acknowledged and answered (S3-8, S3-11, S3-27, S3-37)."""
