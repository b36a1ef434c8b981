"""The heart of a hall: decides, and knows no clock, file, socket or device."""
