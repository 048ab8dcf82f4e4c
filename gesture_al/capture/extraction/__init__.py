"""From folders of video to a data set of landmarks."""
