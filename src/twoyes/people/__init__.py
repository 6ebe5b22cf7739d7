"""Address books: who is known to whom, how to reach them, and what they wish."""
