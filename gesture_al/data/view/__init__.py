"""Drawing skeletons: an animation of a clip, an overview of a data set, pictures for reports and loggers."""
