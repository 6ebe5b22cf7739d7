"""What `doctor` looks at where mail is concerned: our names, the way out, the way in. Nothing is ever sent."""
