"""The recorder as a page in the browser."""
