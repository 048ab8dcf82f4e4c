"""The web application: server, recorder, labelling page, live page."""
