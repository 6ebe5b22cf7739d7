"""Other people's programs, measured beside ours."""
