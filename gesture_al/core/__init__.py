"""What every wing stands on: errors, registry, settings, seeds, atomic files. No gesture in it."""
