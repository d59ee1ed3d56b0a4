"""Tagging beside bare ``jieba.cut`` on the same text, in one run."""

import json
import time
from pathlib import Path

import jieba

from pipeline.tag import Tagger

ROOT = Path(__file__).resolve().parent.parent
TEXTS = 200


def main() -> None:
    """Print characters per second of both, and their ratio."""
    items = json.loads((ROOT / "samples" / "feed.json").read_text(encoding="utf-8"))["items"]
    texts = [str(item.get("content_html", "")) for item in items] * (TEXTS // len(items))
    characters = sum(len(text) for text in texts)
    tagger = Tagger.load()
    bare = jieba.Tokenizer()
    bare.initialize()
    began = time.perf_counter()
    for text in texts:
        list(bare.cut(text))
    cut = time.perf_counter() - began
    began = time.perf_counter()
    for text in texts:
        tagger.tag("", text)
    tagged = time.perf_counter() - began
    print(f"jieba.cut  {characters / cut:>12,.0f} characters/s")
    print(f"tagging    {characters / tagged:>12,.0f} characters/s")
    print(f"ratio      {cut / tagged:>12.2f}")


if __name__ == "__main__":
    main()
