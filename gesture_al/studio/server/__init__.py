"""The server that all pages share: address, guard, lease, and the common look."""
