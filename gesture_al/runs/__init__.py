"""Settings to results: assembly, runner, tracking, report, benchmark."""
