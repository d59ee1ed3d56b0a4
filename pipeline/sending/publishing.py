"""Publishing what was sent: the archive's files, its pictures and PDF, and the group robots.

Runs after the first mail of an issue was delivered, never before. Safe to repeat: the files follow
from the published issues alone. What this module never does: decide that an issue is published.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.files.wholefile import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pipeline.config import Settings
    from pipeline.model import Issue

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


def publish(settings: Settings, issues: Sequence[Issue]) -> Path:
    """Write the archive of these issues and return its folder; files no longer in it go.

    A page is replaced whole or not at all. Issues get a picture where a Chinese font is found.

    Raises:
        RenderError: a template failed; the archive stays as it was.
        OSError: the folder cannot be written.
    """
    from pipeline.assemble.archive import build_archive
    from pipeline.assemble.pictures import draw_picture

    folder = settings.data_dir / "site" / "issues"
    font = find_font()
    files = build_archive(
        issues,
        newsletter=settings.newsletter,
        site_url=settings.site_url,
        pictures=font is not None,
    )
    kept = set[Path]()  # what was drawn and printed before
    for issue in issues:
        path = folder / issue.week / "og.png"
        if font:
            if path.exists():
                kept.add(path)
            else:
                picture = draw_picture(issue, newsletter=settings.newsletter, font=font)
                files[f"{issue.week}/og.png"] = picture
        kept.add(folder / issue.week / "issue.pdf")
    _write_tree(folder, files, kept)
    return folder


def print_issue(settings: Settings, week: str) -> Path | None:
    """Print an issue's archive page as PDF beside it, for a community's notice board.

    Returns None where neither WeasyPrint (extra ``pdf``) nor a Chromium is installed.

    Raises:
        PipelineError: the page is not in the archive, or printing failed.
    """
    from pipeline.sending.printing import print_page

    folder = settings.data_dir / "site" / "issues"
    page = folder / week / "index.html"
    if not page.exists():
        raise PipelineError(f"{week} is not in the archive yet; send it first")
    style = (folder / "archive.css").read_text(encoding="utf-8")
    html = page.read_text(encoding="utf-8")
    html = html.replace("</head>", f"<style>{style}</style></head>", 1)
    made = print_page(settings, html)
    if made is None:
        return None
    target = page.with_name("issue.pdf")
    write_whole(target, made)
    return target


def announce(settings: Settings, issue: Issue) -> list[str]:
    """Tell the group robots of ``ROBOT_URLS`` the headlines; return what went wrong, a line each.

    A robot that fails never stops the others, nor the sending of the issue.
    """
    from pipeline.assemble.headlines import get_headlines
    from pipeline.sending import robots

    address = f"{settings.site_url}/issues/{issue.week}/"
    return robots.post(
        "ROBOT_URLS",
        settings.robot_urls,
        lambda limit: get_headlines(
            issue, newsletter=settings.newsletter, address=address, limit=limit
        ),
    )


def find_font() -> Path | None:
    """Return a font file with Chinese characters, or None."""
    return next((path for path in map(Path, _FONTS) if path.exists()), None)


def _write_tree(folder: Path, files: Mapping[str, bytes], kept: AbstractSet[Path]) -> None:
    """Bring a folder to hold exactly these files, and what there is of those kept."""
    for name, data in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise PipelineError(f"{name}: stands outside the archive")
        if not path.exists() or path.read_bytes() != data:
            write_whole(path, data)
    wanted = kept | {folder / name for name in files}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path not in wanted:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
