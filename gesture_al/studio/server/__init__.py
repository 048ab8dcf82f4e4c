"""What all pages of the project have in common: where they are found, who is let in, the server, and the look."""
