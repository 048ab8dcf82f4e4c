"""Moving pictures: frames with their times from files, folders of images and cameras, and clips written back."""
