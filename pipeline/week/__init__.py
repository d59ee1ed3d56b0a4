"""What the week's run is made of between its stages; `pipeline.runner` puts them in order."""
