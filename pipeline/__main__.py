"""Start the pipeline: ``python -m pipeline [OPTIONS] [COMMAND]``, as the desk does."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
