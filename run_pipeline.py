#!/usr/bin/env python3
"""Start the pipeline: ``python run_pipeline.py [OPTIONS] [COMMAND]``."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
