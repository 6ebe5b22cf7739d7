"""Mail and calendars as they are read: heads, people, dates."""
